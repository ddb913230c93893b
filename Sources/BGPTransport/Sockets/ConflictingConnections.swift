import BGPEngine
import BGPTypes
import BGPWire
import FoundationEssentials
import Glibc

/// Connections of other programs on this node with a peer of ours: a second BGP speaker, as when Calico's BIRD or MetalLB
/// runs beside.
///
/// A router keeps one session for an address, so the second speaker is turned away in ways that do not say why.
enum ConflictingConnections {
    /// One established connection with the peer that this process does not hold, as the local address and port.
    static func find(_ remote: ScopedAddress, port: UInt16) -> String? {
        let table = remote.address.family == .ipv4 ? "/proc/net/tcp" : "/proc/net/tcp6"
        let candidates = connections(text(table), with: remote.address, port: port)
        guard !candidates.isEmpty else { return nil }
        let own = ownSockets()
        // What waits to be accepted by a listening socket is in the table without an inode, and nobody's yet.
        return candidates.first { $0.inode != 0 && !own.contains($0.inode) }?.local
    }

    /// A line of the kernel's table of sockets (proc(5), `/proc/net/tcp`).
    struct Connection: Equatable {
        /// The local address and port.
        let local: String
        /// What `/proc/PID/fd` calls the socket by.
        let inode: UInt64
    }

    /// The established connections with an address of which either end has BGP's port.
    static func connections(_ table: String, with remote: IPAddress, port: UInt16) -> [Connection] {
        table.split(separator: "\n").dropFirst().compactMap { line in
            let fields = line.split(separator: " ", omittingEmptySubsequences: true)
            guard fields.count > 9, fields[3] == "01", let near = endpoint(fields[1]), let far = endpoint(fields[2]),
                far.address == remote, far.port == port || near.port == 179, let inode = UInt64(fields[9])
            else { return nil }
            let isIPv6 = near.address.family == .ipv6
            return Connection(
                local: isIPv6 ? "[\(near.address)]:\(near.port)" : "\(near.address):\(near.port)",
                inode: inode
            )
        }
    }

    /// `0100007F:00B3`: words of 32 bits in the machine's byte order, then the port.
    private static func endpoint(_ field: Substring) -> (address: IPAddress, port: UInt16)? {
        let parts = field.split(separator: ":")
        guard parts.count == 2, let port = UInt16(parts[1], radix: 16), parts[0].utf8.count % 8 == 0 else { return nil }
        var octets: [UInt8] = []
        var rest = parts[0]
        while !rest.isEmpty {
            guard let word = UInt32(rest.prefix(8), radix: 16) else { return nil }
            withUnsafeBytes(of: word) { octets += $0 }
            rest = rest.dropFirst(8)
        }
        return IPAddress(octets: octets).map { ($0, port) }
    }

    /// More than this of the table is not looked at: a node with so many connections has better things to do.
    private static let longestTable = 4 << 20

    private static func text(_ path: String) -> String {
        guard let file = fopen(path, "r") else { return "" }
        defer { fclose(file) }
        var text: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while text.count < longestTable {
            let count = fread(&chunk, 1, chunk.count, file)
            guard count > 0 else { break }
            text += chunk.prefix(count)
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The sockets of this process; a descriptor that is closed meanwhile is none of them.
    private static func ownSockets() -> Set<UInt64> {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        return Set(
            names.compactMap { name in
                let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(name)")
                guard let target, target.hasPrefix("socket:["), target.hasSuffix("]") else { return nil }
                return UInt64(target.dropFirst(8).dropLast())
            }
        )
    }
}

extension SessionFailure {
    /// Whether a router treats a second speaker from one address like this.
    var suggestsRival: Bool {
        switch self {
        case .disconnected(.closedByPeer, in: .openSent), .disconnected(.resetByPeer, in: .openSent): true
        case .received(let error, in: _):
            error.cease == .connectionCollisionResolution || error.cease == .connectionRejected
        case .dial, .disconnected, .openOverdue, .holdTimerExpired, .sent, .stopped, .heldDown, .notAdmitted: false
        }
    }
}
