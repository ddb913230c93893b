import Glibc
import NIOCore

/// What is known of an instance's listening sockets.
package struct InstanceSnapshot: Hashable, Sendable {
    /// The instance's name.
    package var name: String
    /// Where connections are accepted, by address.
    package var listening: [PeerSnapshot.Endpoint]
    /// Why an address cannot be listened on, with what to do; tried again every five seconds.
    package var failure: String?

    static func describe(_ error: any Error, _ target: SocketAddress) -> String {
        let port = target.port ?? 0
        switch (error as? IOError)?.errnoCode {
        case EADDRINUSE:
            return "port \(port) is taken by another program, perhaps another BGP speaker on this node: "
                + "find it with ss -tlnp 'sport = :\(port)', or set another localPort"
        case EACCES, EPERM:
            return "port \(port) may not be used: give the speaker the capability NET_BIND_SERVICE, or set another "
                + "localPort"
        case EADDRNOTAVAIL:
            return "no interface of this node has the address of \(target)"
        default:
            return "\(error)"
        }
    }
}
