import BGPTypes

/// Numbers below 2²⁴ by prefix, in eight octets a place for IPv4 and twenty for IPv6.
///
/// Open addressing with linear probing, at most three quarters full; removal shifts back what follows, so there are no
/// graves. The hash starts from a seed that a peer does not know, so that it cannot aim at it.
struct PrefixMap: Sendable {
    /// Greater numbers do not fit.
    static let maximumValue: UInt32 = 0xFF_FFFF

    private let family: IPFamily
    /// With IPv4 the address, the prefix length in eight bits, and the number, 0 for a free place.
    private var words: [UInt64] = []
    /// With IPv6 the addresses.
    private var addresses: [Address] = []
    /// With IPv6 the prefix length in eight bits, and the number, 0 for a free place.
    private var values: [UInt32] = []
    /// How many prefixes there are.
    private(set) var count = 0
    private let seed: UInt64

    private struct Address: Equatable {
        var high: UInt64
        var low: UInt64
    }

    init(_ family: IPFamily, seed: UInt64) {
        self.family = family
        self.seed = seed
    }

    private var size: Int { family == .ipv4 ? words.count : values.count }

    /// The memory of the places, in octets.
    var octets: Int { size * octetsOfPlace }

    private var octetsOfPlace: Int { family == .ipv4 ? 8 : 20 }

    /// The first number of places.
    private static let smallest = 16
    /// With no more places than that it is no use to give some back.
    private static let leastShrunk = 4096

    /// Sets a prefix's number, which is not 0, and returns the one before; 0 for none.
    ///
    /// Where there is no free place left and more of them would take more than `most` octets, those that they replace
    /// included, nothing changes and it returns `nil`.
    mutating func update(_ key: PrefixKey, to value: UInt32, within most: @autoclosure () -> Int = .max) -> UInt32? {
        if (count + 1) * 4 > size * 3, self.value(of: key) == 0 {
            let larger = max(Self.smallest, size * 2)
            guard octets + larger * octetsOfPlace <= most() else { return nil }
            resize(to: larger)
        }
        let place = self.place(of: key)
        let old = number(at: place)
        store(key, value, at: place)
        if old == 0 { count += 1 }
        return old
    }

    /// Removes a prefix and returns its number; 0 for none.
    mutating func remove(_ key: PrefixKey) -> UInt32 {
        guard count > 0 else { return 0 }
        var hole = place(of: key)
        let old = number(at: hole)
        guard old != 0 else { return 0 }
        let mask = size - 1
        var next = (hole + 1) & mask
        while number(at: next) != 0 {
            // What would be looked for at or before the hole moves into it.
            if (next - home(of: self.key(at: next))) & mask >= (next - hole) & mask {
                move(next, to: hole)
                hole = next
            }
            next = (next + 1) & mask
        }
        clear(hole)
        count -= 1
        // What a peer has taken back is free for others, too.
        if size > Self.leastShrunk, count < size / 8 { resize(to: size / 4) }
        return old
    }

    /// Gives all prefixes the same number, which is not 0.
    mutating func setAll(to value: UInt32) {
        for place in 0..<size where number(at: place) != 0 {
            switch family {
            case .ipv4: words[place] = words[place] & ~UInt64(Self.maximumValue) | UInt64(value)
            case .ipv6: values[place] = values[place] & ~Self.maximumValue | value
            }
        }
    }

    /// A prefix's number; 0 for none.
    func value(of key: PrefixKey) -> UInt32 {
        count == 0 ? 0 : number(at: place(of: key))
    }

    /// All prefixes with their numbers, in no order.
    func forEach(_ body: (PrefixKey, UInt32) -> Void) {
        for place in 0..<size {
            let number = number(at: place)
            if number != 0 { body(key(at: place), number) }
        }
    }

    /// Where the prefix is looked for first: two folded products, which is all that so many lookups can afford.
    private func home(of key: PrefixKey) -> Int {
        let first = Self.folded(key.high ^ seed, 0x9E37_79B9_7F4A_7C15 ^ UInt64(key.length))
        let second = Self.folded(first ^ key.low, 0xD6E8_FEB8_6659_FD93)
        return Int(truncatingIfNeeded: second) & (size - 1)
    }

    private static func folded(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }

    /// Where the prefix is, or the free place where it belongs.
    private func place(of key: PrefixKey) -> Int {
        let mask = size - 1
        var place = home(of: key)
        switch family {
        case .ipv4:
            let wanted = Self.word(key) >> 24
            while words[place] & UInt64(Self.maximumValue) != 0, words[place] >> 24 != wanted {
                place = (place + 1) & mask
            }
        case .ipv6:
            let wanted = Address(high: key.high, low: key.low)
            while values[place] & Self.maximumValue != 0,
                values[place] >> 24 != UInt32(key.length) || addresses[place] != wanted
            {
                place = (place + 1) & mask
            }
        }
        return place
    }

    /// An IPv4 prefix with number 0.
    private static func word(_ key: PrefixKey) -> UInt64 {
        key.high & 0xFFFF_FFFF_0000_0000 | UInt64(key.length) << 24
    }

    private func number(at place: Int) -> UInt32 {
        (family == .ipv4 ? UInt32(truncatingIfNeeded: words[place]) : values[place]) & Self.maximumValue
    }

    private func key(at place: Int) -> PrefixKey {
        switch family {
        case .ipv4:
            PrefixKey(
                high: words[place] & 0xFFFF_FFFF_0000_0000,
                low: 0,
                length: UInt8(truncatingIfNeeded: words[place] >> 24)
            )
        case .ipv6:
            PrefixKey(
                high: addresses[place].high,
                low: addresses[place].low,
                length: UInt8(truncatingIfNeeded: values[place] >> 24)
            )
        }
    }

    private mutating func store(_ key: PrefixKey, _ number: UInt32, at place: Int) {
        switch family {
        case .ipv4:
            words[place] = Self.word(key) | UInt64(number)
        case .ipv6:
            addresses[place] = Address(high: key.high, low: key.low)
            values[place] = UInt32(key.length) << 24 | number
        }
    }

    private mutating func move(_ place: Int, to hole: Int) {
        switch family {
        case .ipv4:
            words[hole] = words[place]
        case .ipv6:
            addresses[hole] = addresses[place]
            values[hole] = values[place]
        }
    }

    private mutating func clear(_ place: Int) {
        switch family {
        case .ipv4: words[place] = 0
        case .ipv6: values[place] = 0
        }
    }

    /// Puts all prefixes into so many places, a power of two.
    private mutating func resize(to size: Int) {
        let old = self
        switch family {
        case .ipv4:
            words = Array(repeating: 0, count: size)
        case .ipv6:
            addresses = Array(repeating: Address(high: 0, low: 0), count: size)
            values = Array(repeating: 0, count: size)
        }
        old.forEach { key, number in store(key, number, at: place(of: key)) }
    }
}
