package import BGPTypes

/// What the kernel has to check on a listening socket for the peers of an instance, one family's worth.
///
/// A connection is complete, and may hold an OPEN and a KEEPALIVE, before this program sees it. So all of this is on the
/// socket before it listens, and a socket whose protection ought to be different is replaced.
package struct ListenerProtection: Hashable, Sendable {
    /// The TCP MD5 key for all addresses of a prefix.
    package struct Key: Hashable, Sendable {
        /// One address, or some that share a password and have no peer without it among them.
        package let prefix: IPPrefix
        package let password: Password
    }

    /// Whose password an address has.
    package struct Holder: Hashable, Sendable {
        /// The peer's name.
        package let peer: String
        package let password: Password
    }

    /// The keys to set, no two of which share an address.
    package let keys: [Key]
    /// The lowest TTL or hop limit that a segment may have: 0 when one of the peers may be anywhere.
    package let lowestTTL: UInt8
    private let holders: [IPAddress: Holder]

    /// How many addresses have a key of their own; where there are more, neighbours with one password share theirs.
    ///
    /// The keys of a socket take their memory from `net.core.optmem_max`; 20,480 octets, the default before Linux 6.8, are
    /// room for 150.
    package static let mostSingleKeys = 100

    /// The protection that the peers of a family need.
    ///
    /// The kernel keeps one key for an address, whatever its zone: where peers at one address have different passwords, the
    /// first that has one is its holder.
    package init(of peers: [InstanceConfiguration.Peer], family: IPFamily) {
        let peers = peers.filter { $0.configuration.remote.address.family == family }
        var holders: [IPAddress: Holder] = [:]
        for peer in peers where peer.heldDown == nil {
            guard let password = peer.configuration.password else { continue }
            let address = peer.configuration.remote.address
            if holders[address] == nil { holders[address] = Holder(peer: peer.configuration.name, password: password) }
        }
        self.holders = holders
        if holders.count <= Self.mostSingleKeys {
            keys = holders.keys.sorted().compactMap { address in
                holders[address].map { Key(prefix: IPPrefix(host: address), password: $0.password) }
            }
        } else {
            let addresses = Set(peers.map(\.configuration.remote.address)).sorted()
            keys = Self.sharedKeys(addresses[...]) { holders[$0]?.password }
        }
        lowestTTL = peers.map { $0.configuration.lowestIncomingTTL ?? 0 }.min() ?? 0
    }

    /// Whose password segments from an address must be signed with; `nil` when they must not be signed.
    package func holder(of address: IPAddress) -> Holder? { holders[address] }

    /// The fewest keys that cover the addresses with a password, in ascending order, and none of those without.
    private static func sharedKeys(_ addresses: ArraySlice<IPAddress>, _ password: (IPAddress) -> Password?) -> [Key] {
        guard let first = addresses.first, let last = addresses.last else { return [] }
        let common = commonPrefix(first, last)
        let key = password(first)
        if addresses.allSatisfy({ password($0) == key }) {
            return key.map { [Key(prefix: common, password: $0)] } ?? []
        }
        guard let lower = IPPrefix(masking: first, length: common.length + 1) else { return [] }
        let middle = addresses.firstIndex { !lower.contains($0) } ?? addresses.endIndex
        return sharedKeys(addresses[..<middle], password) + sharedKeys(addresses[middle...], password)
    }

    /// The longest prefix that contains both.
    private static func commonPrefix(_ one: IPAddress, _ other: IPAddress) -> IPPrefix {
        var prefix = IPPrefix(host: one)
        while !prefix.contains(other), let wider = IPPrefix(masking: one, length: prefix.length - 1) { prefix = wider }
        return prefix
    }
}
