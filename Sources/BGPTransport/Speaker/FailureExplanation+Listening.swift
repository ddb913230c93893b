import BGPEngine
import Glibc
import NIOCore

extension FailureExplanation {
    /// Why an address cannot be listened on; `nil` when the node does not have that version of IP at all.
    init?(listeningOn target: SocketAddress, failed error: any Error) {
        let port = target.port ?? 0
        let seen = "connections to port \(port) cannot be accepted"
        switch (error as? IOError)?.errnoCode {
        case EAFNOSUPPORT:
            return nil
        case EADDRINUSE:
            self.init(
                .portInUse,
                seen: seen,
                cause: "another program has the port, perhaps another BGP speaker on this node such as Calico's BIRD",
                fix: "find it with ss -tlnp 'sport = :\(port)', and stop it or set another localPort; dialling goes on"
            )
        case EACCES, EPERM:
            self.init(
                .portNotPermitted,
                seen: seen,
                cause: "the speaker lacks the capability NET_BIND_SERVICE",
                fix: "run it with the manifests of config/speaker, or set a localPort above 1023; dialling goes on"
            )
        case EADDRNOTAVAIL:
            self.init(
                .listenAddressMissing,
                seen: seen,
                cause: "no interface of this node has the address of \(target)",
                fix: "add the address to the node"
            )
        default:
            self.init(
                .listenFailed,
                seen: "\(seen): \(error)",
                cause: "the node's network is at fault",
                fix: "look at the addresses and limits of the node"
            )
        }
    }
}
