/// A place between the prefixes of a set, from where to go on.
struct PrefixCursor: Sendable {
    /// The place alone.
    struct Place: Sendable {
        /// The chunk that the next prefix is in.
        var chunk: Int
        /// Where the next prefix starts inside the chunk.
        var offset: Int

        /// Before the first prefix.
        static let start = Place(chunk: 0, offset: 0)
    }

    private let chunks: [PrefixChunk]
    /// The chunk that the next prefix is in; the number of chunks at the end.
    private(set) var chunk: Int
    /// Where the next prefix starts inside the chunk.
    private(set) var offset = 0
    /// The next prefix; `nil` at the end.
    private(set) var key: PrefixKey?

    init(chunks: [PrefixChunk], chunk: Int = 0) {
        self.chunks = chunks
        self.chunk = chunk
        key = chunk < chunks.count ? chunks[chunk].first : nil
    }

    /// A place in the same chunks.
    init(chunks: [PrefixChunk], at place: Place) {
        self.init(chunks: chunks, chunk: place.chunk)
        guard place.offset > 0, place.chunk < chunks.count else { return }
        offset = place.offset
        key = PrefixKey(reading: chunks[place.chunk].bytes, at: place.offset)
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
        key = chunk < chunks.count ? chunks[chunk].first : nil
    }

    /// The octets from here to the end of the chunk, as many whole prefixes as fit in `room`, which are passed.
    mutating func take(room: Int) -> ArraySlice<UInt8> {
        guard chunk < chunks.count else { return [] }
        let bytes = chunks[chunk].bytes
        let start = offset
        if bytes.count - start <= room {
            advanceChunk()
            return bytes[start...]
        }
        var end = start
        bytes.withUnsafeBufferPointer { bytes in
            while end < bytes.count {
                let next = end + PrefixKey.wireLength(bytes[end])
                guard next - start <= room else { break }
                end = next
            }
        }
        offset = end
        key = PrefixKey(reading: bytes, at: end)
        return bytes[start..<end]
    }

    /// Where it is.
    var place: Place { Place(chunk: chunk, offset: offset) }
}

extension PrefixSet {
    /// How many prefixes are before a place.
    func count(before place: PrefixCursor.Place) -> Int {
        var count = chunks.prefix(place.chunk).reduce(0) { $0 + $1.count }
        guard place.chunk < chunks.count else { return count }
        let bytes = chunks[place.chunk].bytes
        var offset = 0
        while offset < place.offset {
            offset += PrefixKey.wireLength(bytes[offset])
            count += 1
        }
        return count
    }

    /// All prefixes before a place, sharing whole chunks.
    func prefix(_ place: PrefixCursor.Place) -> PrefixSet {
        var builder = PrefixSetBuilder()
        for whole in chunks.prefix(place.chunk) { builder.append(whole) }
        var cursor = PrefixCursor(chunks: chunks, chunk: place.chunk)
        while let key = cursor.key, cursor.chunk == place.chunk, cursor.offset < place.offset {
            builder.append(key)
            cursor.advance()
        }
        return PrefixSet(family: family, chunks: builder.finish())
    }
}
