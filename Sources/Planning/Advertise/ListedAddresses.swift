import BGPResources
import BGPTypes

/// What a Service lists as its addresses, in the order of its lists, in one run of octets.
///
/// An address takes five octets, or seventeen; what is no address is kept as it is written.
struct ListedAddresses: Hashable, Sendable {
    /// One entry of a list.
    enum Value: Hashable {
        case address(IPAddress)
        /// What is no address.
        case text(String)
        /// An entry of a load balancer that has a name alone.
        case hostname(String)
    }

    private enum Form: UInt8 {
        case ipv4, ipv6, text, hostname
    }

    /// Each entry as an octet with kind and form, then the address, or the length in four octets and the text.
    private var octets: [UInt8] = []

    /// Whether there may be more than so many entries; false is certain.
    func mayBeMore(than count: Int) -> Bool { octets.count / 5 > count }

    /// Appends an address as it is written.
    mutating func append(_ text: String, _ kind: AddressKind) {
        switch IPAddress(text) {
        case .v4(let address)?:
            begin(kind, .ipv4)
            append(UInt64(address.rawValue), octets: 4)
        case .v6(let address)?:
            begin(kind, .ipv6)
            append(address.high, octets: 8)
            append(address.low, octets: 8)
        case nil: append(text, kind, .text)
        }
    }

    /// Appends the name of a load balancer.
    mutating func append(hostname: String) { append(hostname, .loadBalancerIP, .hostname) }

    private mutating func append(_ text: String, _ kind: AddressKind, _ form: Form) {
        begin(kind, form)
        append(UInt64(text.utf8.count), octets: 4)
        octets += text.utf8
    }

    private mutating func begin(_ kind: AddressKind, _ form: Form) {
        let kinds: [AddressKind] = [.loadBalancerIP, .externalIP, .clusterIP]
        octets.append(UInt8(kinds.firstIndex(of: kind) ?? 0) << 4 | form.rawValue)
    }

    private mutating func append(_ number: UInt64, octets count: Int) {
        for place in (0..<count).reversed() { octets.append(UInt8(truncatingIfNeeded: number >> (8 * UInt64(place)))) }
    }
}

extension ListedAddresses: Sequence {
    /// Reads one entry after the other.
    struct Iterator: IteratorProtocol {
        fileprivate let octets: [UInt8]
        fileprivate var place = 0

        mutating func next() -> (kind: AddressKind, value: Value)? {
            guard place < octets.count, let form = Form(rawValue: octets[place] & 0xF) else { return nil }
            let kind: AddressKind =
                switch octets[place] >> 4 {
                case 0: .loadBalancerIP
                case 1: .externalIP
                default: .clusterIP
                }
            place += 1
            switch form {
            case .ipv4: return (kind, .address(.v4(IPv4Address(rawValue: UInt32(truncatingIfNeeded: number(4))))))
            case .ipv6: return (kind, .address(.v6(IPv6Address(high: number(8), low: number(8)))))
            case .text: return (kind, .text(text()))
            case .hostname: return (kind, .hostname(text()))
            }
        }

        private mutating func number(_ count: Int) -> UInt64 {
            defer { place += count }
            return octets[place..<place + count].reduce(0) { $0 << 8 | UInt64($1) }
        }

        private mutating func text() -> String {
            let length = Int(number(4))
            defer { place += length }
            return String(decoding: octets[place..<place + length], as: UTF8.self)
        }
    }

    func makeIterator() -> Iterator { Iterator(octets: octets) }
}
