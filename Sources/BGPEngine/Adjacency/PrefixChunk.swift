/// A few hundred prefixes in order, in the form they have on the wire.
///
/// It never changes, so tables share it, and whether two tables differ here is often settled by identity alone.
final class PrefixChunk: Sendable {
    /// The entries, one after the other (RFC 4271 §4.3).
    let bytes: [UInt8]
    /// How many there are, never 0.
    let count: Int
    /// The least.
    let first: PrefixKey
    /// The greatest.
    let last: PrefixKey

    init(bytes: [UInt8], count: Int, first: PrefixKey, last: PrefixKey) {
        self.bytes = bytes
        self.count = count
        self.first = first
        self.last = last
    }

    /// Whether both hold the same prefixes.
    func holdsSame(as other: PrefixChunk) -> Bool {
        self === other || (count == other.count && first == other.first && last == other.last && bytes == other.bytes)
    }

    /// Fewer than this are joined with their neighbours.
    static let minimum = 64
    /// What a full build fills.
    static let usual = 256
    /// More than this are split.
    static let maximum = 512
}

/// Makes chunks of prefixes that come in ascending order.
struct PrefixSetBuilder {
    private var chunks: [PrefixChunk] = []
    private var bytes: [UInt8] = []
    private var count = 0
    private var first = PrefixKey(high: 0, low: 0, length: 0)
    private var last = PrefixKey(high: 0, low: 0, length: 0)

    /// Takes one prefix, greater than all before.
    mutating func append(_ key: PrefixKey) {
        if count == 0 { first = key }
        key.write(to: &bytes)
        last = key
        count += 1
        if count == PrefixChunk.usual { flush() }
    }

    /// Takes a whole chunk, greater than all before; by reference, unless too little would stand alone in front of it.
    mutating func append(_ chunk: PrefixChunk) {
        if count > 0, count < PrefixChunk.minimum || chunk.count < PrefixChunk.minimum {
            if count + chunk.count <= PrefixChunk.maximum {
                bytes += chunk.bytes
                last = chunk.last
                count += chunk.count
                if count >= PrefixChunk.usual { flush() }
                return
            }
        }
        flush()
        chunks.append(chunk)
    }

    private mutating func flush() {
        guard count > 0 else { return }
        // A copy of just the size needed; the buffer with room to grow is used again.
        chunks.append(PrefixChunk(bytes: [UInt8](bytes[...]), count: count, first: first, last: last))
        bytes.removeAll(keepingCapacity: true)
        count = 0
    }

    /// All chunks, in order.
    mutating func finish() -> [PrefixChunk] {
        flush()
        return chunks
    }
}
