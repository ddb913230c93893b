import BGPResources
import KubeJSON
import KubeModel
import Testing

/// The patterns of `crds/` accept the texts that Swift decodes and no others.
struct PatternTests {
    private func agree(_ kind: String, _ path: FieldPath, _ text: String, accepted: Bool) throws {
        let kind = try #require(CustomKind.named(kind))
        let part = try #require(try Schema.of(kind).all.first { $0.path == path })
        let pattern = try Regex(try #require(part.json["pattern"]?.string))
        let length = text.unicodeScalars.count
        let inLength =
            length <= part.json["maxLength"]?.integer ?? .max && length >= part.json["minLength"]?.integer ?? 0
        #expect((inLength && text.wholeMatch(of: pattern) != nil) == accepted, "the schema on \(text)")
        let example = kind.object(spec: try #require(Schema.of(kind)["spec"]).example)
        let faults = kind.faults(example.replacing(path, with: .string(text)))
        #expect(!faults.map(\.path).contains(path) == accepted, "Swift on \(text)")
    }

    private static let peers = FieldPath("spec.bgpInstances").index(0).field("peers").index(0)

    @Test(arguments: [
        "0.0.0.0", "192.0.2.1", "255.255.255.255", "::", "::1", "2001:db8::", "2001:db8::1", "1:2:3:4:5:6:7:8",
        "1:2:3:4:5:6:7::", "::2:3:4:5:6:7:8", "1::8", "::ffff:192.0.2.1", "64:ff9b::192.0.2.33", "2001:DB8::A",
        "1:2:3:4:5:6:192.0.2.1", "fe80::1", "fe80::1%eth0", "fe80::1%br-lan.10",
    ])
    func `the pattern of a peer's address accepts what Swift reads`(text: String) throws {
        try agree("BGPClusterConfig", Self.peers.field("peerAddress"), text, accepted: true)
        try agree("BGPNodeConfig", Self.peers.field("peerAddress"), text, accepted: true)
        try agree("BGPNodeConfig", Self.peers.field("localAddress"), text, accepted: true)
        try agree("BGPNodeConfigOverride", Self.peers.field("localAddress"), text, accepted: true)
    }

    @Test(arguments: [
        "", " ", "192.0.2", "192.0.2.256", "192.0.2.01", "192.0.2.1.1", " 192.0.2.1", "192.0.2.1 ", "192.0.2.1/32",
        ":::", "1::2::3", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "2001:db8::g", "12345::", "router.example.com",
        "2001:db8::1%eth0", "192.0.2.1%eth0", "fe80::1%", "::192.0.2.256",
    ])
    func `not a peer's address`(text: String) throws {
        try agree("BGPClusterConfig", Self.peers.field("peerAddress"), text, accepted: false)
        try agree("BGPNodeConfigOverride", Self.peers.field("localAddress"), text, accepted: false)
    }

    private static let communities = FieldPath("spec.advertisements").index(0).field("attributes").field("communities")

    @Test(arguments: [
        ("0", true), ("0:0", true), ("65535:65535", true), ("65000:1", true), ("4294967295", true),
        ("4294967296", false), ("65536:1", false), ("1:65536", false), ("1:2:3", false), ("1:", false), (":1", false),
        ("01:1", false), ("+1:1", false), ("no-export", false), ("", false), ("65530:65529", true),
        ("4294967290", true), ("4294967300", false), ("9999999999", false), ("60000", true), ("65600:1", false),
    ])
    func `the pattern of a community accepts what Swift reads`(text: String, accepted: Bool) throws {
        try agree("BGPAdvertisement", Self.communities.field("standard").index(0), text, accepted: accepted)
    }

    @Test(arguments: [
        ("0:0:0", true), ("4294967295:4294967295:4294967295", true), ("65000:1:2", true), ("65000:1", false),
        ("65000:1:2:3", false), ("4294967296:0:0", false), ("0:0:4294967296", false), ("a:b:c", false),
        ("1:2:03", false),
    ])
    func `the pattern of a large community accepts what Swift reads`(text: String, accepted: Bool) throws {
        try agree("BGPAdvertisement", Self.communities.field("large").index(0), text, accepted: accepted)
    }

    @Test(arguments: [
        ("192.0.2.1", true), ("0.0.0.1", true), ("255.255.255.255", true), ("2001:db8::1", false), ("1", false),
        ("192.0.2", false),
    ])
    func `the pattern of a router id accepts what Swift reads`(text: String, accepted: Bool) throws {
        let path = FieldPath("spec.bgpInstances").index(0).field("routerID")
        try agree("BGPNodeConfig", path, text, accepted: accepted)
        try agree("BGPNodeConfigOverride", path, text, accepted: accepted)
    }

    @Test(arguments: [
        ("", true), ("a", true), ("A-b_c.9", true), ("-a", false), ("a-", false), ("a b", false), ("a/b", false),
        ("ä", false), (String(repeating: "a", count: 63), true), (String(repeating: "a", count: 64), false),
    ])
    func `the pattern of a label's value accepts what Kubernetes accepts`(text: String, accepted: Bool) throws {
        let labels = FieldPath("spec.nodeSelector.matchLabels.key")
        try agree("BGPClusterConfig", labels, text, accepted: accepted)
        let values = FieldPath("spec.nodeSelector.matchExpressions").index(0).field("values").index(0)
        try agree("BGPClusterConfig", values, text, accepted: accepted)
    }

    /// What a pattern of the schema cannot say, `format: cidr`, a rule and decoding do.
    @Test(arguments: [
        ("192.0.2.0/24", true), ("2001:db8::/32", true), ("0.0.0.0/0", true), ("192.0.2.1/32", true),
        ("192.0.2.1/24", false), ("192.0.2.0", false), ("192.0.2.0/33", false), ("2001:db8::1/64", false),
    ])
    func `the pattern of a prefix accepts what Swift reads`(text: String, accepted: Bool) throws {
        let kind = try #require(CustomKind.named("BGPAdvertisement"))
        let spec: JSONValue = [
            "advertisements": [["advertisementType": "Prefixes", "prefixes": [.string(text)]]]
        ]
        #expect(kind.faults(kind.object(spec: spec)).isEmpty == accepted)
    }
}
