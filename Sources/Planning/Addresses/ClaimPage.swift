package import BGPTypes
package import KubeModel

/// All claims on 256 neighbouring addresses: what is written in one piece, so that of two writers one is refused.
package struct ClaimPage: Hashable, Sendable {
    /// The /24 or /120 that the page is about.
    package let network: IPPrefix
    /// The page's `resourceVersion` on the server; nil before it is there.
    package var version: String?
    /// Who may have which address.
    package var claims: [IPAddress: [AddressClaim]]

    /// A page without claims.
    package init(_ network: IPPrefix) {
        self.network = network
        version = nil
        claims = [:]
    }

    /// The network of the page that an address is on.
    package static func network(of address: IPAddress) -> IPPrefix {
        let length = address.family.bits - 8
        // The length is never above the family's.
        return IPPrefix(masking: address, length: length) ?? IPPrefix(host: address)
    }
}

extension ClaimPage {
    /// The label that all pages have, and no other ConfigMap.
    package static let label = "martlet.dev/address-claims"
    private static let linesKey = "claims"
    private static let networkKey = "network"

    /// The name of the page's ConfigMap; the network is spelt without colons, which a name must not have.
    package static func name(of network: IPPrefix) -> String {
        switch network.address {
        case .v4(let address): return "bgp-operator-addresses-\(address)"
        case .v6(let address):
            let digits = [address.high, address.low].map { half in
                let text = String(half, radix: 16)
                return String(repeating: "0", count: 16 - text.count) + text
            }
            return "bgp-operator-addresses-\(digits.joined())"
        }
    }

    /// The page as it is kept: one line per claim, sorted, as `192.0.2.7 shop/web 1234`.
    package func configMap(in namespace: String) -> ConfigMap {
        let lines = claims.keys.sorted().flatMap { address in
            (claims[address] ?? []).sorted { $0.service < $1.service }
                .map { "\(address) \($0.service) \($0.basis)\n" }
        }
        var metadata = ObjectMeta(
            name: Self.name(of: network),
            namespace: namespace,
            resourceVersion: version,
            labels: [Self.label: "page"]
        )
        metadata.annotations = ["martlet.dev/about": "Which service has which address; kept by bgp-operator."]
        return ConfigMap(
            metadata: metadata,
            data: [Self.networkKey: network.description, Self.linesKey: lines.joined()]
        )
    }

    /// Reads a page; nil when it is none.
    ///
    /// Lines that are no claim on the page's addresses are left out.
    package init?(_ object: ConfigMap) {
        guard let text = object.data?[Self.networkKey], let network = IPPrefix(text),
            network == Self.network(of: network.address), object.metadata.name == Self.name(of: network)
        else { return nil }
        self.init(network)
        version = object.metadata.resourceVersion
        for line in (object.data?[Self.linesKey] ?? "").split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 3, let address = IPAddress(String(words[0])),
                Self.network(of: address) == network, let slash = words[1].firstIndex(of: "/")
            else { continue }
            let service = ObjectKey(
                namespace: String(words[1][..<slash]),
                name: String(words[1][words[1].index(after: slash)...])
            )
            guard !(claims[address] ?? []).contains(where: { $0.service == service }) else { continue }
            claims[address, default: []].append(AddressClaim(address, service, basis: String(words[2])))
        }
    }
}
