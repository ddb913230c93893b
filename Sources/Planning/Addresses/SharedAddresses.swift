import Addressing

/// The addresses that Services of one sharing key have, with how often each port is served on them.
struct SharedAddresses: Sendable {
    private var holders: [IPAddress: Int] = [:]
    private var ports: [AddressRequest.Port: Int] = [:]

    /// Every address that a Service of the key has.
    var addresses: Dictionary<IPAddress, Int>.Keys { holders.keys }

    /// Whether an address can be without all of these ports: many Services of one key and port are then told at once.
    ///
    /// Every address serves a port once at most, since else its holders could not share it.
    func hasRoom(for wanted: Set<AddressRequest.Port>) -> Bool {
        wanted.allSatisfy { ports[$0, default: 0] < holders.count }
    }

    mutating func add(_ address: IPAddress, _ served: Set<AddressRequest.Port>) {
        holders[address, default: 0] += 1
        for port in served { ports[port, default: 0] += 1 }
    }

    mutating func remove(_ address: IPAddress, _ served: Set<AddressRequest.Port>) {
        guard let count = holders[address] else { return }
        holders[address] = count > 1 ? count - 1 : nil
        for port in served {
            guard let count = ports[port] else { continue }
            ports[port] = count > 1 ? count - 1 : nil
        }
    }
}
