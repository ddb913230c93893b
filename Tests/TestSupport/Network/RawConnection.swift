import Glibc

/// A plain socket to a port of loopback, for thousands of connections that say nothing worth an event loop.
package struct RawConnection: ~Copyable {
    private let descriptor: CInt

    /// The system refused.
    package struct Failure: Error {
        /// The system's number for the error.
        package let code: Int32
    }

    /// Makes a socket with an address of its own, not connected yet.
    package init(from address: String) throws {
        descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(code: errno) }
        // Closing forgets the connection at once, so that ports do not run out.
        var reset = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &reset, socklen_t(MemoryLayout.size(ofValue: reset)))
        guard Self.with(address, 0, { bind(descriptor, $0, $1) }) == 0 else { throw Failure(code: errno) }
    }

    /// Connects to a port of 127.0.0.1; waits only for the system, not for the program there.
    package func connect(to port: UInt16) throws {
        guard Self.with("127.0.0.1", port, { Glibc.connect(descriptor, $0, $1) }) == 0 else {
            throw Failure(code: errno)
        }
    }

    /// Sends octets as far as the other side still takes them.
    package func send(_ octets: [UInt8]) {
        _ = Glibc.send(descriptor, octets, octets.count, CInt(MSG_NOSIGNAL))
    }

    /// All that comes until the other side closes.
    package func rest() -> [UInt8] {
        var all: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 4096)
        while case let count = recv(descriptor, &part, part.count, 0), count > 0 { all += part.prefix(count) }
        return all
    }

    /// Says that nothing more is sent, and takes what comes until the other side closes, for some seconds at most.
    package func restAfterEnd() -> [UInt8] {
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout.size(ofValue: limit)))
        shutdown(descriptor, CInt(SHUT_WR))
        return rest()
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    private static func with(
        _ address: String,
        _ port: UInt16,
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt
    ) -> CInt {
        var socketAddress = sockaddr_in()
        socketAddress.sin_family = sa_family_t(AF_INET)
        socketAddress.sin_port = port.bigEndian
        inet_pton(AF_INET, address, &socketAddress.sin_addr)
        return withUnsafePointer(to: &socketAddress) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
