import BGPTypes
import KubeModel
import PlainText

/// The string formats of OpenAPI that the API server checks; other names have no effect.
enum TextFormat {
    /// Whether a text has a format.
    static func accepts(_ text: String, format: String) -> Bool {
        switch format {
        case "ipv4": IPv4Address(text) != nil
        case "ipv6": IPv6Address(text) != nil && text.contains(":")
        case "cidr": isNetwork(text)
        case "date-time": Timestamp(text) != nil
        case "date": text.count == 10 && Timestamp("\(text)T00:00:00Z") != nil
        case "hostname": isHostname(text)
        case "uuid": isUUID(text)
        case "byte": isBase64(text)
        default: true
        }
    }

    /// Host bits are let through, as by Go's net.ParseCIDR.
    private static func isNetwork(_ text: String) -> Bool {
        guard let slash = text.firstIndex(of: "/"), let address = IPAddress(String(text[..<slash])),
            let length = UInt8(text[text.index(after: slash)...])
        else { return false }
        return IPPrefix(masking: address, length: length) != nil
    }

    private static func isHostname(_ text: String) -> Bool {
        text.utf8.count <= 255
            && text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
                !label.isEmpty && label.utf8.count <= 63 && !label.hasPrefix("-") && !label.hasSuffix("-")
                    && label.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
            }
    }

    private static func isUUID(_ text: String) -> Bool {
        text.split(separator: "-", omittingEmptySubsequences: false).map(\.count) == [8, 4, 4, 4, 12]
            && text.allSatisfy { $0 == "-" || ($0.isASCII && $0.isHexDigit) }
    }

    private static func isBase64(_ text: String) -> Bool {
        text.utf8.count.isMultiple(of: 4)
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+/=".contains($0)) }
    }
}
