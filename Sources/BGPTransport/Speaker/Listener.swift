import Addressing
import BGPEngine
import Logging
import NIOCore
import NIOPosix

/// The listening sockets of an instance, one per family and address.
///
/// Not `Sendable`: it belongs to the core and lives on its event loop.
final class Listener {
    private let port: UInt16
    private let addresses: [IPAddress]
    private var channels: [IPFamily: [any Channel]] = [:]
    private var signatures: [ScopedAddress: Password] = [:]
    private var lowestTTLs: [IPFamily: UInt8] = [:]
    /// Why an address cannot be listened on, by its place among the targets.
    private var failures: [Int: FailureExplanation] = [:]

    /// All addresses of the node unless some are given.
    init(port: UInt16, addresses: [IPAddress]) {
        self.port = port
        self.addresses = addresses.isEmpty ? [.v4(.unspecified), .v6(.unspecified)] : addresses
    }

    /// The addresses and ports that accept connections.
    var endpoints: [PeerSnapshot.Endpoint] {
        channels.values.flatMap { $0 }.compactMap { $0.localAddress?.endpoint }.sorted {
            $0.address < $1.address
        }
    }

    /// What keeps the first address from being listened on that cannot be.
    var failure: FailureExplanation? { failures.min { $0.key < $1.key }?.value }

    /// Remembers how the last attempt for an address went; `nil` for well.
    func note(_ failure: FailureExplanation?, for target: SocketAddress) {
        guard let index = targets.firstIndex(of: target) else { return }
        failures[index] = failure
    }

    /// What to bind.
    var targets: [SocketAddress] { addresses.compactMap { SocketAddress(ScopedAddress($0), port: port) } }

    /// Takes a socket that listens, and gives it the passwords.
    func add(_ channel: any Channel) {
        guard let family = channel.localAddress?.scopedAddress?.address.family else { return }
        channels[family, default: []].append(channel)
        // SYN-ACKs leave from here: a peer with TTL security drops those with less (RFC 5082 §3).
        channel.setTTL(255, family: family).whenFailure { _ in }
        if let ttl = lowestTTLs[family] { channel.setLowestTTL(ttl, family: family).whenFailure { _ in } }
        for (remote, password) in signatures where remote.address.family == family {
            channel.setSignature(password, for: remote).whenFailure { _ in }
        }
    }

    /// Makes the passwords of all peers known to the kernel, and takes away those that are no more.
    func setSignatures(_ wanted: [ScopedAddress: Password]) {
        for remote in signatures.keys where wanted[remote] == nil { set(nil, for: remote) }
        for (remote, password) in wanted where signatures[remote] != password { set(password, for: remote) }
        signatures = wanted
    }

    /// Sets the lowest TTL that a peer of each family may have, so that no segment from further away makes any state.
    ///
    /// It is 0 for a family with a peer that may be anywhere; new connections start with it and are then set to their own.
    func setLowestTTLs(_ wanted: [IPFamily: UInt8]) {
        for (family, ttl) in wanted where (lowestTTLs[family] ?? 0) != ttl {
            for channel in channels[family] ?? [] {
                channel.setLowestTTL(ttl, family: family).whenFailure { _ in }
            }
        }
        lowestTTLs = wanted
    }

    private func set(_ password: Password?, for remote: ScopedAddress) {
        for channel in channels[remote.address.family] ?? [] {
            channel.setSignature(password, for: remote).whenFailure { _ in }
        }
    }

    /// Stops listening.
    func close() {
        for channel in channels.values.flatMap({ $0 }) { channel.close(promise: nil) }
        channels = [:]
    }
}
