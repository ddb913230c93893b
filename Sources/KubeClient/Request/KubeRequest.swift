package import FoundationEssentials

/// A request to the API server as a value: nothing is sent by making one.
package struct KubeRequest: Hashable, Sendable {
    /// The HTTP methods the API knows.
    package enum Method: String, Hashable, Sendable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    /// A named value of the query or the header.
    package struct Field: Hashable, Sendable {
        package var name: String
        /// The value, not encoded yet.
        package var value: String

        /// Takes a name and a value.
        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package var method: Method
    /// The path from the server's root, not encoded yet.
    package var path: String
    /// The query in order.
    package var query: [Field]
    /// The header fields beyond those that the transport adds.
    package var headers: [Field]
    package var body: Data?
    /// How long the whole exchange may take, the body of the answer included; nil for streams, which the caller watches over.
    ///
    /// For a stream that has one it is the time to the head of the answer.
    package var timeout: Duration?
    /// How many octets of the answer's body are taken; with more it is refused.
    ///
    /// Ten times what etcd keeps of an object; lists say themselves what they take.
    package var longestAnswer = 16 << 20

    /// Makes a request; 30 seconds unless told otherwise.
    package init(
        _ method: Method,
        _ path: String,
        query: [Field] = [],
        headers: [Field] = [],
        body: Data? = nil,
        timeout: Duration? = .seconds(30)
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.timeout = timeout
    }

    /// Path and query, percent-encoded (RFC 3986 §2.3: only unreserved characters stay, and `/` in the path).
    package var target: String {
        let path = Self.encode(path, keeping: "/:")
        guard !query.isEmpty else { return path }
        let fields = query.map { "\(Self.encode($0.name))=\(Self.encode($0.value))" }
        return path + "?" + fields.joined(separator: "&")
    }

    private static func encode(_ text: String, keeping kept: String = "") -> String {
        var out: [UInt8] = []
        let digits = Array("0123456789ABCDEF".utf8)
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                out.append(byte)
            default:
                if kept.utf8.contains(byte) {
                    out.append(byte)
                } else {
                    out += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
                }
            }
        }
        return String(decoding: out, as: UTF8.self)
    }
}
