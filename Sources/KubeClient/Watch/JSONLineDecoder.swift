/// Cuts a stream of bytes into lines, however the bytes are chunked.
package struct JSONLineDecoder: Sendable {
    /// One line of a stream.
    package enum Line: Sendable {
        /// The line without its end.
        case whole([UInt8])
        /// A line that is longer than `maximumLength`, and what could be seen of it as it passed.
        case tooLong(TooLongEvent)

        /// The line, if it was kept.
        package var bytes: [UInt8]? {
            if case .whole(let bytes) = self { bytes } else { nil }
        }
    }

    /// No longer line is kept.
    ///
    /// etcd keeps objects below 1.5 MB, which are at most six times as long as JSON; a watch event has one.
    package static let maximumLength = 10 << 20
    /// A longer line is given up: it has no end, or is about an object that a new list names as well.
    package static let endless = 32 << 20

    private var rest: [UInt8] = []
    private var outline: ObjectOutline?
    /// The length of a line that is not kept.
    private var passed = 0

    /// Makes a decoder that has seen nothing.
    package init() {}

    /// Takes more bytes and returns the lines that are complete, without their ends and without empty ones.
    ///
    /// A line that is too long is passed over, and only told of. Throws `KubeError` with code `tooLong` when a line has no end;
    /// nothing that comes after it can be read then.
    package mutating func append(_ bytes: [UInt8]) throws(KubeError) -> [Line] {
        var lines: [Line] = []
        var start = bytes.startIndex
        while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            try take(bytes[start..<end])
            if let line = endLine() { lines.append(line) }
            start = end + 1
        }
        try take(bytes[start...])
        return lines
    }

    private mutating func take(_ bytes: ArraySlice<UInt8>) throws(KubeError) {
        passed += bytes.count
        guard passed <= Self.endless else { throw KubeError(.tooLong, "a watch event has no end") }
        guard outline == nil, passed > Self.maximumLength else {
            if outline == nil { rest += bytes } else { outline?.append(bytes) }
            return
        }
        var outline = ObjectOutline.event
        outline.append(rest[...])
        outline.append(bytes)
        self.outline = outline
        rest = []
    }

    private mutating func endLine() -> Line? {
        defer {
            rest = []
            outline = nil
            passed = 0
        }
        if let outline { return .tooLong(TooLongEvent(outline: outline, length: passed)) }
        if rest.last == UInt8(ascii: "\r") { rest.removeLast() }
        return rest.isEmpty ? nil : .whole(rest)
    }
}

/// A watch event that is too long to be read, as far as it is known.
package struct TooLongEvent: Sendable {
    let outline: ObjectOutline
    /// How many octets it has.
    package let length: Int
}
