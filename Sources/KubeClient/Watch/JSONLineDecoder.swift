/// Cuts a stream of bytes into lines, however the bytes are chunked.
package struct JSONLineDecoder: Sendable {
    /// A longer line is refused; etcd keeps objects below 2 MB, and a watch event has one.
    package static let maximumLength = 32 << 20

    private var rest: [UInt8] = []

    /// Makes a decoder that has seen nothing.
    package init() {}

    /// Takes more bytes and returns the lines that are complete, without their ends and without empty ones.
    ///
    /// Throws `KubeError` when a line is longer than `maximumLength`.
    package mutating func append(_ bytes: [UInt8]) throws(KubeError) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var start = bytes.startIndex
        while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            rest += bytes[start..<end]
            if rest.last == UInt8(ascii: "\r") { rest.removeLast() }
            if !rest.isEmpty { lines.append(rest) }
            rest = []
            start = end + 1
        }
        rest += bytes[start...]
        guard rest.count <= Self.maximumLength else {
            throw KubeError(.undecodable, "a watch event is longer than \(Self.maximumLength) bytes")
        }
        return lines
    }
}
