import BGPTypes
import KubeModel
import PlainText

/// The place of a Service among those that wait for the same.
struct Turn: Hashable, Comparable, Sendable {
    let created: Timestamp?
    let service: ObjectKey

    init(_ request: AddressRequest) {
        created = request.created
        service = request.service
    }

    /// The older Service first, then by name; one without a time is only about to be created.
    static func < (left: Turn, right: Turn) -> Bool {
        switch (left.created, right.created) {
        case (let left?, let right?) where left != right: left < right
        case (_?, nil): true
        case (nil, _?): false
        default: left.service < right.service
        }
    }
}

/// Services whose wishes are not met, by what could meet them, each in the order of age.
struct AddressQueues: Sendable {
    /// What a Service waits for.
    enum Need: Hashable, Sendable {
        /// Any free address of a pool.
        case pool(Int, IPFamily)
        /// One address to become free.
        case address(IPAddress)
        /// One address to have room beside those who share it with this key.
        case room(IPAddress, key: String)
        /// An address of a group that does not serve this port, or that is another one than now.
        case group(SharingGroup, ServedPort?)
        /// Whatever changes about a key, with Services of other namespaces.
        case key(SharingGroup.Key)
        /// A namespace to have less than it may.
        case namespace(String)
    }

    private var queues: [Need: SortedList<Turn>] = [:]
    private var needs: [ObjectKey: (turn: Turn, needs: [Need])] = [:]
    private var ports: [SharingGroup: SortedList<ServedPort>] = [:]

    init() {}

    /// Who waits for something, in the order of age; nil when nobody does.
    subscript(_ need: Need) -> SortedList<Turn>? { queues[need] }

    /// The first few ports that Services of a group wait for.
    func ports(of group: SharingGroup, without served: ServedPorts) -> [ServedPort] {
        guard let ports = ports[group] else { return [] }
        return ports.prefix(AddressLimits.tries + served.count).filter { !served.contains($0) }
    }

    /// Makes a Service wait for whatever comes first.
    mutating func add(_ turn: Turn, _ wanted: [Need]) {
        guard !wanted.isEmpty else { return }
        needs[turn.service] = (turn, wanted)
        for need in wanted {
            queues[need, default: SortedList()].insert(turn)
            if case .group(let group, let port?) = need { ports[group, default: SortedList()].insert(port) }
        }
    }

    /// Ends all waiting of a Service.
    mutating func remove(_ service: ObjectKey) {
        guard let (turn, wanted) = needs.removeValue(forKey: service) else { return }
        for need in wanted {
            queues[need]?.remove(turn)
            guard queues[need]?.isEmpty == true else { continue }
            queues[need] = nil
            if case .group(let group, let port?) = need {
                ports[group]?.remove(port)
                if ports[group]?.isEmpty == true { ports[group] = nil }
            }
        }
    }

    /// Those single addresses of a range that somebody waits for, in order.
    func addresses(in range: IPRange) -> [IPAddress] {
        queues.keys.compactMap { need in
            if case .address(let address) = need, range.contains(address) { address } else { nil }
        }
        .sorted()
    }
}
