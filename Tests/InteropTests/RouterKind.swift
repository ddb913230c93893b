import Addressing
import TestSupport

/// The routers that the engine is tried against.
enum RouterKind: String, Sendable, CaseIterable, CustomStringConvertible {
    case frr
    case bird2
    case bird1

    var description: String {
        switch self {
        case .frr: "FRR"
        case .bird2: "BIRD 2"
        case .bird1: "BIRD 1.6"
        }
    }

    /// Whether one session carries both families; BIRD 1.6 is a program per family.
    var isDualStack: Bool { self != .bird1 }

    /// Whether the table shows a local preference with paths of external peers.
    var showsDefaultPreference: Bool { self != .frr }

    /// A router at 10.0.0.254 and fd00:1::254 that takes everything from 10.0.0.1.
    func router(on host: NetworkHost, _ relation: Relation, password: String?) throws -> any Router {
        switch self {
        case .frr: try FRR(on: host, frr(relation, password: password))
        case .bird2:
            try BIRD(
                .two,
                on: host,
                bird(
                    relation,
                    password: password,
                    families: "ipv4 { import all; export none; }; ipv6 { import all; export none; };"
                )
            )
        case .bird1: try BIRD(.one(.ipv4), on: host, bird(relation, password: password, families: "import all;"))
        }
    }

    private func frr(_ relation: Relation, password: String?) -> String {
        """
        router bgp \(relation.routerAS)
         bgp router-id 10.0.0.254
         bgp graceful-restart
         no bgp ebgp-requires-policy
         no bgp default ipv4-unicast
         neighbor 10.0.0.1 remote-as 65001
         \(password.map { "neighbor 10.0.0.1 password \($0)" } ?? "")
         address-family ipv4 unicast
          neighbor 10.0.0.1 activate
         exit-address-family
         address-family ipv6 unicast
          neighbor 10.0.0.1 activate
         exit-address-family
        """
    }

    private func bird(_ relation: Relation, password: String?, families: String) -> String {
        """
        router id 10.0.0.254;
        protocol device { }
        protocol bgp node {
          local 10.0.0.254 as \(relation.routerAS); neighbor 10.0.0.1 as 65001;
          graceful restart on; \(password.map { "password \"\($0)\";" } ?? "")
          \(families)
        }
        """
    }
}
