/// A place between the prefixes of a set.
struct PrefixCursor: Sendable {
    private let chunks: [PrefixChunk]
    /// The chunk that the next prefix is in; the number of chunks at the end.
    private(set) var chunk: Int
    /// Where the next prefix starts inside the chunk.
    private(set) var offset = 0
    /// How many prefixes of the chunk lie behind.
    private(set) var passed = 0
    /// The next prefix; `nil` at the end.
    private(set) var key: PrefixKey?

    init(chunks: [PrefixChunk], chunk: Int = 0) {
        self.chunks = chunks
        self.chunk = chunk
        key = chunk < chunks.count ? chunks[chunk].first : nil
    }

    /// The chunk whose first prefix is next; `nil` in the middle of one and at the end.
    var wholeChunk: PrefixChunk? {
        offset == 0 && chunk < chunks.count ? chunks[chunk] : nil
    }

    var isAtEnd: Bool { chunk >= chunks.count }

    /// Passes one prefix.
    mutating func advance() {
        guard chunk < chunks.count else { return }
        let bytes = chunks[chunk].bytes
        offset += PrefixKey.wireLength(bytes[offset])
        passed += 1
        if offset >= bytes.count {
            advanceChunk()
        } else {
            key = PrefixKey(reading: bytes, at: offset)
        }
    }

    /// Passes the rest of the chunk.
    mutating func advanceChunk() {
        chunk += 1
        offset = 0
        passed = 0
        key = chunk < chunks.count ? chunks[chunk].first : nil
    }

    /// The octets from here to the end of the chunk, as many whole prefixes as fit in `room`, which are passed.
    mutating func take(room: Int) -> (bytes: ArraySlice<UInt8>, count: Int) {
        guard chunk < chunks.count else { return ([], 0) }
        let current = chunks[chunk]
        let start = offset
        if current.bytes.count - start <= room {
            let rest = current.count - passed
            advanceChunk()
            return (current.bytes[start...], rest)
        }
        var end = start
        var taken = 0
        current.bytes.withUnsafeBufferPointer { bytes in
            while end < bytes.count {
                let next = end + PrefixKey.wireLength(bytes[end])
                guard next - start <= room else { break }
                end = next
                taken += 1
            }
        }
        offset = end
        passed += taken
        key = PrefixKey(reading: current.bytes, at: end)
        return (current.bytes[start..<end], taken)
    }

    /// The set of all that lies behind, sharing whole chunks.
    func passedChunks() -> [PrefixChunk] {
        var builder = PrefixSetBuilder()
        for whole in chunks.prefix(chunk) { builder.append(whole) }
        var behind = PrefixCursor(chunks: chunks, chunk: chunk)
        while let key = behind.key, behind.chunk == chunk, behind.offset < offset {
            builder.append(key)
            behind.advance()
        }
        return builder.finish()
    }
}
