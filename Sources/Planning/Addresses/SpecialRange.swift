import BGPTypes

/// Addresses that mean something else than one host everywhere (RFC 6890), so that no service can have them.
struct SpecialRange: CustomStringConvertible {
    let range: IPRange
    let meaning: String
    private let text: String

    private init?(_ text: String, _ meaning: String) {
        guard let prefix = IPPrefix(text) else { return nil }
        range = IPRange(prefix)
        self.text = text
        self.meaning = meaning
    }

    var description: String { "\(meaning) (\(text))" }

    static let all: [SpecialRange] = [
        SpecialRange("0.0.0.0/8", "no host's"), SpecialRange("127.0.0.0/8", "every host's own"),
        SpecialRange("169.254.0.0/16", "link-local"), SpecialRange("224.0.0.0/4", "multicast"),
        SpecialRange("255.255.255.255/32", "broadcast"), SpecialRange("::/127", "no host's or its own"),
        SpecialRange("::ffff:0:0/96", "IPv4 in IPv6"), SpecialRange("fe80::/10", "link-local"),
        SpecialRange("ff00::/8", "multicast"),
    ].compactMap(\.self)
}
