import KubeModel

/// What a request path means (Kubernetes API concepts, "Resource URIs").
struct RequestInfo: Hashable {
    let group: String
    let version: String
    /// The namespace of the object, or of the collection; nil for all namespaces and for kinds without.
    let namespace: String?
    let resource: String
    let name: String?
    let subresource: String?
    /// Path segments after the subresource, for proxies.
    let tail: [String]

    /// Reads the segments of `/api/V/…` or `/apis/G/V/…`; nil when the path names no resource.
    init?(segments: [String]) {
        var rest = segments[...]
        switch rest.popFirst() {
        case "api":
            group = ""
        case "apis":
            guard let name = rest.popFirst() else { return nil }
            group = name
        default:
            return nil
        }
        guard let version = rest.popFirst(), let first = rest.first else { return nil }
        self.version = version
        // `namespaces/x` alone is the namespace itself, and so are its subresources.
        if first == "namespaces", rest.count > 2, !["status", "finalize"].contains(rest[rest.startIndex + 2]) {
            namespace = rest[rest.startIndex + 1]
            rest = rest.dropFirst(2)
        } else {
            namespace = nil
        }
        guard let resource = rest.popFirst() else { return nil }
        self.resource = resource
        name = rest.popFirst()
        subresource = rest.popFirst()
        tail = Array(rest)
    }
}

/// The query of a request, decoded.
struct RequestQuery: Hashable {
    private let pairs: [String: [String]]

    /// Decodes `a=b&c=d` with percent signs and plus signs.
    init(_ query: String) {
        var pairs: [String: [String]] = [:]
        for part in query.split(separator: "&") {
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = sides.first else { continue }
            pairs[percentDecoded(name, plusIsSpace: true), default: []].append(
                sides.count > 1 ? percentDecoded(sides[1], plusIsSpace: true) : ""
            )
        }
        self.pairs = pairs
    }

    /// The first value of a name, unless empty.
    subscript(name: String) -> String? {
        guard let value = pairs[name]?.first, !value.isEmpty else { return nil }
        return value
    }

    /// Whether a flag is set (`true` or `1`).
    func flag(_ name: String) -> Bool {
        let value = self[name]
        return value == "true" || value == "1"
    }
}

/// Undoes percent encoding; what is not valid encoding stays as it is.
func percentDecoded(_ text: some StringProtocol, plusIsSpace: Bool = false) -> String {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
        if byte == UInt8(ascii: "%"), rest.count >= 2,
            let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
        {
            bytes.append(value)
            rest = rest.dropFirst(2)
        } else if plusIsSpace, byte == UInt8(ascii: "+") {
            bytes.append(0x20)
        } else {
            bytes.append(byte)
        }
    }
    return String(decoding: bytes, as: UTF8.self)
}
