package import KubeModel

/// A port number of a transport protocol; TCP/53 and UDP/53 are two.
///
/// It takes four octets, since a Service can have thousands.
package struct ServedPort: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The number, times four, and the place of the protocol among `transports`.
    private let value: UInt32

    /// The protocols that Services know, and one for all that they do not.
    private static let transports = ["SCTP", "TCP", "UDP", "another protocol"]

    /// `transport` is `TCP`, `UDP` or `SCTP`, `number` 1 to 65535; what is beyond counts as the nearest that there is.
    package init(transport: String, number: Int32) {
        let place = Self.transports.firstIndex(of: transport) ?? Self.transports.count - 1
        value = UInt32(UInt16(clamping: number)) << 2 | UInt32(place)
    }

    /// By number, then protocol.
    package static func < (left: ServedPort, right: ServedPort) -> Bool { left.value < right.value }

    /// `TCP/53`.
    package var description: String { "\(Self.transports[Int(value & 3)])/\(value >> 2)" }
}

/// The ports of a Service, in order, none twice.
package struct ServedPorts: Hashable, Sendable, Sequence {
    private let ports: [ServedPort]

    /// The ports as the Service lists them.
    package init(_ listed: [Service.Port]) {
        var ports: [ServedPort] = []
        ports.reserveCapacity(listed.count)
        for port in listed.map({ ServedPort(transport: $0.protocol ?? "TCP", number: $0.port) }).sorted()
        where ports.last != port {
            ports.append(port)
        }
        self.ports = ports
    }

    /// How many there are.
    package var count: Int { ports.count }

    /// From the lowest.
    package func makeIterator() -> IndexingIterator<[ServedPort]> { ports.makeIterator() }

    /// Whether a port is one of them, without a look at each.
    package func contains(_ port: ServedPort) -> Bool {
        var low = 0
        var high = ports.count
        while low < high {
            let middle = (low + high) / 2
            if ports[middle] < port { low = middle + 1 } else { high = middle }
        }
        return low < ports.count && ports[low] == port
    }

    /// Those that are in both, in order.
    package func common(with other: ServedPorts) -> [ServedPort] {
        count <= other.count ? ports.filter(other.contains) : other.ports.filter(contains)
    }
}

/// A number for each of some ports, in little more memory than the ports take.
struct PortTable: Sendable {
    private var entries = SortedList<Entry>()

    /// Found by its port alone.
    private struct Entry: Comparable, Sendable {
        let port: ServedPort
        let number: UInt32

        static func < (left: Entry, right: Entry) -> Bool { left.port < right.port }
        static func == (left: Entry, right: Entry) -> Bool { left.port == right.port }
    }

    init() {}

    /// The number of a port; nil when it has none.
    subscript(port: ServedPort) -> UInt32? {
        get {
            guard let found = entries.first(notBelow: Entry(port: port, number: 0)), found.port == port else {
                return nil
            }
            return found.number
        }
        set {
            entries.remove(Entry(port: port, number: 0))
            if let newValue { entries.insert(Entry(port: port, number: newValue)) }
        }
    }
}
