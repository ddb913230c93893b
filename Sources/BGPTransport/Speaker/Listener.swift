import BGPEngine
import BGPTypes
import NIOCore

/// The listening sockets of an instance, one per address.
///
/// Not `Sendable`: it belongs to the core and lives on its event loop.
final class Listener {
    /// An address to listen on.
    struct Target {
        /// The address; its port is the one that the system gave, once it has.
        var address: SocketAddress
        /// The last attempt to listen there; what an earlier one brings is not wanted.
        var attempt: UInt64 = 0
        /// What listens, or is about to.
        var socket: ListeningSocket?
        /// Why nothing does.
        var failure: FailureExplanation?

        /// IPv4 has sockets of its own, since keys and peers are told apart by plain IPv4 addresses.
        var family: IPFamily {
            if case .v6 = address { .ipv6 } else { .ipv4 }
        }
    }

    private(set) var targets: [Target]
    /// What the sockets of each family are to check.
    private var protections: [IPFamily: ListenerProtection] = [:]

    /// All addresses of the node unless some are given.
    init(port: UInt16, addresses: [IPAddress]) {
        let addresses = addresses.isEmpty ? [.v4(.unspecified), .v6(.unspecified)] : addresses
        targets = addresses.compactMap { address in
            SocketAddress(ScopedAddress(address), port: port).map { Target(address: $0) }
        }
    }

    /// The addresses and ports that accept connections.
    var endpoints: [PeerSnapshot.Endpoint] {
        targets.compactMap { $0.socket?.channel.localAddress?.endpoint }.sorted { $0.address < $1.address }
    }

    /// What keeps the first address from being listened on that cannot be.
    var failure: FailureExplanation? { targets.lazy.compactMap(\.failure).first }

    /// Takes what the peers need, and says at which places a socket that checks it is missing.
    func protect(_ peers: [InstanceConfiguration.Peer]) -> [Int] {
        for family in IPFamily.allCases { protections[family] = ListenerProtection(of: peers, family: family) }
        return targets.indices.filter { targets[$0].socket?.protection != protection(at: $0) }
    }

    /// What a socket at a place is to check.
    func protection(at place: Int) -> ListenerProtection? { protections[targets[place].family] }

    /// Takes note of a new attempt to listen at a place; those before it are void.
    func begin(_ attempt: UInt64, at place: Int) { targets[place].attempt = attempt }

    /// Puts a socket that is ready to listen in the place of the one that does, which is closed with all that waits on it.
    func replace(at place: Int, by socket: ListeningSocket) {
        targets[place].socket?.channel.close(promise: nil)
        targets[place].socket = socket
    }

    /// Remembers how an attempt went.
    func note(_ failure: FailureExplanation?, at place: Int) {
        targets[place].failure = failure
        if let bound = targets[place].socket?.channel.localAddress { targets[place].address = bound }
    }

    /// Forgets a socket that could not listen.
    func forget(_ attempt: UInt64, at place: Int) {
        if targets[place].socket?.attempt == attempt { targets[place].socket = nil }
    }

    /// Why no connection that the peer opens would be accepted as its own; `nil` while that is still to be seen.
    func objection(to peer: PeerConfiguration) -> AdmissionFailure? {
        for (place, target) in targets.enumerated() where target.family == peer.remote.address.family {
            guard let socket = target.socket, socket.protection == protection(at: place) else { continue }
            if let objection = socket.objection(to: peer) { return objection }
        }
        return nil
    }

    /// What the kernel refused that keeps nobody away by itself.
    var ttlRefusal: AdmissionFailure? { targets.lazy.compactMap { $0.socket?.refusals.ttl }.first }

    /// Stops listening.
    func close() {
        for place in targets.indices {
            targets[place].socket?.channel.close(promise: nil)
            targets[place].socket = nil
            targets[place].attempt = 0
        }
    }
}
