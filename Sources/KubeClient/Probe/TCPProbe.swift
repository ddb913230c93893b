import NIOCore
import NIOPosix

/// Finds out whether anything listens at an address of this machine.
package struct TCPProbe: Sendable {
    /// The numeric address.
    package let host: String
    package let port: UInt16

    /// Takes an address and a port.
    package init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// Whether a connection is accepted, which is closed at once; a second's silence is no.
    package func isAccepted() async -> Bool {
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connectTimeout(.seconds(1))
        guard let address = try? SocketAddress(ipAddress: host, port: Int(port)),
            let channel = try? await bootstrap.connect(to: address).get()
        else { return false }
        try? await channel.close()
        return true
    }
}
