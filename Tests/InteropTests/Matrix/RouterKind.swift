import FoundationEssentials
import TestSupport
import Testing

/// The routers of the interoperability table.
enum RouterKind: String, Sendable, CaseIterable, CustomTestStringConvertible {
    case frr = "FRR"
    case bird2 = "BIRD 2"
    case bird1 = "BIRD 1.6"
    case gobgp = "GoBGP"
    case openbgpd = "OpenBGPD"
    case exabgp = "ExaBGP"

    var testDescription: String { rawValue }

    /// Its name without the generation.
    var product: String { String(rawValue.prefix { $0 != " " }) }

    /// All, or the one that `MARTLET_ROUTER` names.
    static let wanted: [RouterKind] = {
        let name = ProcessInfo.processInfo.environment["MARTLET_ROUTER"]
        return allCases.filter { name == nil || name == $0.rawValue }
    }()

    /// A router of this kind, not yet started.
    func router(on host: NetworkHost, _ peering: Peering) throws -> any Router {
        switch self {
        case .frr: try FRR(on: host, FRR.configuration(peering))
        case .bird2: try BIRD(.two, on: host, BIRD.configuration(.two, peering))
        case .bird1:
            try BIRD(.one(peering.transport), on: host, BIRD.configuration(.one(peering.transport), peering))
        case .gobgp: try GoBGP(on: host, GoBGP.configuration(peering))
        case .openbgpd: try OpenBGPD(on: host, OpenBGPD.configuration(peering))
        case .exabgp:
            try ExaBGP(
                on: host,
                listeningOn: peering.opener == .router ? nil : peering.routerAddress,
                neighbor: ExaBGP.neighbor(peering)
            )
        }
    }

    /// Whether one session carries both families.
    var isDualStack: Bool { self != .bird1 }

    /// The subcode of the Cease that tells of an operator's reset.
    ///
    /// FRR wraps it into a Hard Reset where both sides offered the N bit (RFC 8538 §3).
    var resetSubcode: Int { self == .frr ? 9 : 4 }

    /// The message that goes with it (RFC 9003), where there is one.
    var resetMessage: String? {
        switch self {
        case .openbgpd: "cleared"
        case .exabgp: "Administrative Reset"
        default: nil
        }
    }

    /// How many communities and large communities of a route can be read back; birdc cuts long lists.
    var readableCommunities: (standard: Int, large: Int) {
        [.bird1, .bird2].contains(self) ? (30, 12) : (62, 64)
    }

    /// Whether it hands its routes to the kernel, where every change of them can be followed.
    var installsRoutes: Bool { [.frr, .bird2, .bird1].contains(self) }

    /// The version of the installed daemon, as it says itself.
    func version() async throws -> String {
        let command: [String] =
            switch self {
            case .frr: ["/usr/lib/frr/bgpd", "--version"]
            case .bird2: ["/usr/sbin/bird", "--version"]
            case .bird1: ["\(BIRD.unpackedGenerationOne)/usr/sbin/bird", "--version"]
            case .gobgp: ["gobgpd", "--version"]
            case .openbgpd: ["/usr/sbin/bgpd", "-V"]
            case .exabgp: ["/usr/bin/python3", "/usr/sbin/exabgp", "--version"]
            }
        let said = try await Command(command).result()
        guard let version = (said.output + said.errors).firstMatch(of: /[0-9]+(\.[0-9]+)+/) else {
            throw Overdue(description: "\(rawValue) tells no version: \(said)")
        }
        return String(version.output.0)
    }
}
