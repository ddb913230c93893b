import Addressing

/// Numbers by prefix, in twelve octets a place for IPv4 and twenty-one for IPv6.
///
/// Open addressing with linear probing, at most three quarters full; removal shifts back what follows, so there are no
/// graves. The hash starts from a number that Swift picks anew for each process, so that a peer cannot aim at it.
struct PrefixMap: Sendable {
    private let family: IPFamily
    /// The first 64 bits of the address; with IPv4 the length stands in the lower half.
    private var high: [UInt64] = []
    /// The last 64 bits of the address; not used with IPv4.
    private var low: [UInt64] = []
    /// The prefix lengths; not used with IPv4.
    private var lengths: [UInt8] = []
    /// The number, or 0 for a free place.
    private var values: [UInt32] = []
    /// How many prefixes there are.
    private(set) var count = 0

    /// The memory of the places, in octets.
    var octets: Int { values.count * (family == .ipv4 ? 12 : 21) }

    private let seed: UInt64

    init(_ family: IPFamily) {
        self.family = family
        seed = UInt64(truncatingIfNeeded: Hasher().finalize())
    }

    /// Sets a prefix's number, which is not 0, and returns the one before; 0 for none.
    mutating func update(_ key: PrefixKey, to value: UInt32) -> UInt32 {
        if (count + 1) * 4 > values.count * 3 { grow() }
        let place = self.place(of: key)
        let old = values[place]
        values[place] = value
        if old == 0 {
            store(key, at: place)
            count += 1
        }
        return old
    }

    /// Removes a prefix and returns its number; 0 for none.
    mutating func remove(_ key: PrefixKey) -> UInt32 {
        guard count > 0 else { return 0 }
        var hole = place(of: key)
        let old = values[hole]
        guard old != 0 else { return 0 }
        let mask = values.count - 1
        var next = (hole + 1) & mask
        while values[next] != 0 {
            let moved = self.key(at: next)
            // What would be looked for at or before the hole moves into it.
            if (next - home(of: moved)) & mask >= (next - hole) & mask {
                store(moved, at: hole)
                values[hole] = values[next]
                hole = next
            }
            next = (next + 1) & mask
        }
        values[hole] = 0
        count -= 1
        return old
    }

    /// A prefix's number; 0 for none.
    func value(of key: PrefixKey) -> UInt32 {
        count == 0 ? 0 : values[place(of: key)]
    }

    /// All prefixes with their numbers, in no order.
    func forEach(_ body: (PrefixKey, UInt32) -> Void) {
        for place in values.indices where values[place] != 0 { body(key(at: place), values[place]) }
    }

    /// Where the prefix is looked for first: two folded products, which is all that so many lookups can afford.
    private func home(of key: PrefixKey) -> Int {
        let first = Self.folded(key.high ^ seed, 0x9E37_79B9_7F4A_7C15 ^ UInt64(key.length))
        let second = Self.folded(first ^ key.low, 0xD6E8_FEB8_6659_FD93)
        return Int(truncatingIfNeeded: second) & (values.count - 1)
    }

    private static func folded(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }

    /// Where the prefix is, or the free place where it belongs.
    private func place(of key: PrefixKey) -> Int {
        var place = home(of: key)
        while values[place] != 0, self.key(at: place) != key { place = (place + 1) & (values.count - 1) }
        return place
    }

    private func key(at place: Int) -> PrefixKey {
        switch family {
        case .ipv4:
            PrefixKey(
                high: high[place] & 0xFFFF_FFFF_0000_0000,
                low: 0,
                length: UInt8(truncatingIfNeeded: high[place])
            )
        case .ipv6:
            PrefixKey(high: high[place], low: low[place], length: lengths[place])
        }
    }

    private mutating func store(_ key: PrefixKey, at place: Int) {
        switch family {
        case .ipv4:
            high[place] = key.high | UInt64(key.length)
        case .ipv6:
            high[place] = key.high
            low[place] = key.low
            lengths[place] = key.length
        }
    }

    private mutating func grow() {
        let old = self
        let size = max(16, values.count * 2)
        high = Array(repeating: 0, count: size)
        low = family == .ipv6 ? Array(repeating: 0, count: size) : []
        lengths = family == .ipv6 ? Array(repeating: 0, count: size) : []
        values = Array(repeating: 0, count: size)
        old.forEach { key, value in
            let place = self.place(of: key)
            values[place] = value
            store(key, at: place)
        }
    }
}
