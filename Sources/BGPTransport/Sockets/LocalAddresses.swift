import BGPEngine
import BGPTypes
import CLinuxSockets
import NIOCore
import Synchronization

/// What this node's own addresses are, as far as sessions need to know: told by whoever follows the kernel, and read from
/// it once where nobody does.
final class LocalAddresses: Sendable {
    private struct State {
        var devices: NodeDevices?
        var cluster = AddressRoles()
        /// The addresses that the kernel would send from, until the network changes.
        var sources: [ScopedAddress: IPAddress?] = [:]
    }

    private let state = Mutex(State())

    /// The addresses of the node's devices.
    var devices: NodeDevices {
        state.withLock { state in
            if let devices = state.devices { return devices }
            let devices = HostNetwork.read().devices
            state.devices = devices
            return devices
        }
    }

    /// What the cluster says of them.
    var cluster: AddressRoles { state.withLock { $0.cluster } }

    /// Takes what the addresses are now, nil leaves them as they are; returns whether anything is different.
    func set(devices: NodeDevices? = nil, cluster: AddressRoles? = nil) -> Bool {
        state.withLock { state in
            var isDifferent = false
            if let devices {
                // A route may have changed with nothing to be seen here.
                state.sources = [:]
                isDifferent = state.devices != devices
                state.devices = devices
            }
            if let cluster, state.cluster != cluster {
                state.cluster = cluster
                isDifferent = true
            }
            return isDifferent
        }
    }

    /// The next hops of a session, where these are in use.
    func nextHops(of session: NextHopSession, inUse: NextHopSet) -> NextHopSet {
        NextHopChooser(session, devices: devices, cluster: cluster).choose(inUse: inUse)
    }

    /// The address that the kernel would send from to reach another, for words; nothing is sent.
    func source(for remote: ScopedAddress) -> IPAddress? {
        if let source = devices.source(towards: remote) { return source }
        if let known = state.withLock({ $0.sources[remote] }) { return known }
        let found = Self.kernelSource(for: remote)
        state.withLock { $0.sources[remote] = .some(found) }
        return found
    }

    private static func kernelSource(for remote: ScopedAddress) -> IPAddress? {
        guard let target = SocketAddress(remote, port: 179) else { return nil }
        var octets = [UInt8](repeating: 0, count: 16)
        let length = target.withSockAddr { martlet_source($0, socklen_t($1), &octets) }
        return IPAddress(octets: octets.prefix(length))
    }
}
