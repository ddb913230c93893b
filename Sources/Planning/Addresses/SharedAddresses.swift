import BGPTypes

/// Services that may share addresses as far as key, namespace and family go.
struct SharingGroup: Hashable, Sendable {
    let key: String
    let namespace: String
    let family: IPFamily

    /// A key in one family, whatever the namespace.
    struct Key: Hashable, Sendable {
        let key: String
        let family: IPFamily
    }

    var anyNamespace: Key { Key(key: key, family: family) }
}

/// The addresses that Services of one group have, with how often each port is served on them.
struct SharedAddresses: Sendable {
    /// Every address that a Service of the group has.
    private(set) var addresses = SortedList<IPAddress>()
    private var holders: [IPAddress: Int] = [:]
    private var ports = PortTable()

    /// The lowest port that all addresses have; nil when an address can be without all of these ports.
    ///
    /// Many Services of one key and port are told at once by it. Every address serves a port once at most, since else its
    /// holders could not share it.
    func crowdedPort(of wanted: ServedPorts) -> ServedPort? { wanted.first { !hasRoom(for: $0) } }

    func hasRoom(for port: ServedPort) -> Bool { ports[port].map { $0 < holders.count } ?? true }

    mutating func add(_ address: IPAddress, _ served: ServedPorts) {
        holders[address, default: 0] += 1
        for port in served { ports[port] = (ports[port] ?? 0) + 1 }
        addresses.insert(address)
    }

    mutating func remove(_ address: IPAddress, _ served: ServedPorts) {
        guard let count = holders[address] else { return }
        holders[address] = count > 1 ? count - 1 : nil
        if count == 1 { addresses.remove(address) }
        for port in served {
            guard let count = ports[port] else { continue }
            ports[port] = count > 1 ? count - 1 : nil
        }
    }
}
