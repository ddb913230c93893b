import BGPTypes
import BGPWire
import Glibc
import NIOCore
import NIOPosix
import Synchronization
import TestSupport
import Testing

/// A connection without a signature from an address of loopback, on which OPEN and KEEPALIVE are said at once.
struct UnsignedConnection: ~Copyable {
    private let descriptor: CInt
    /// Whether the system there has taken all that was said.
    let isOpen: Bool

    /// Connects without waiting for anyone: a system that refuses or is silent makes one that is not open.
    init(from address: String, to port: UInt16, saying octets: [UInt8]) {
        let isIPv6 = address.contains(":")
        let descriptor = socket(
            isIPv6 ? AF_INET6 : AF_INET,
            CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue),
            0
        )
        self.descriptor = descriptor
        // Closing forgets the connection at once, so that ports do not run out.
        var reset = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &reset, socklen_t(MemoryLayout.size(ofValue: reset)))
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        guard let own = try? SocketAddress(ipAddress: address, port: 0),
            let far = try? SocketAddress(ipAddress: isIPv6 ? "::1" : "127.0.0.1", port: Int(port)),
            own.with({ bind(descriptor, $0, $1) }) == 0
        else {
            isOpen = false
            return
        }
        // On loopback the handshake is over when this returns.
        _ = far.with { connect(descriptor, $0, $1) }
        isOpen = send(descriptor, octets, octets.count, CInt(MSG_NOSIGNAL)) == octets.count
    }

    /// What becomes of a connection.
    enum Answer {
        /// It is closed without a word, or with a NOTIFICATION alone.
        case turnedAway
        /// It is answered with an OPEN, as a peer is.
        case open
        /// It is answered with an OPEN and a KEEPALIVE: the session is up.
        case session
    }

    /// Waits until the connection is a session, or closed, or `isOver` says so.
    func answer(isOver: () -> Bool = { false }) -> Answer {
        var answer = Answer.turnedAway
        while isOpen, !isOver() {
            var events = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&events, 1, 50) > 0 else { continue }
            guard let type = nextType() else { return answer }
            switch type {
            case 1: answer = .open
            case 4: return .session
            default: return answer
            }
        }
        return answer
    }

    /// Reads a message; loopback has all of what was sent in one piece.
    private func nextType() -> UInt8? {
        var header = [UInt8](repeating: 0, count: 19)
        guard recv(descriptor, &header, header.count, 0) == header.count else { return nil }
        var rest = [UInt8](repeating: 0, count: Int(header[16]) << 8 | Int(header[17]))
        let length = rest.count - header.count
        guard length == 0 || recv(descriptor, &rest, length, 0) == length else { return nil }
        return header[18]
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }
}

extension SocketAddress {
    fileprivate func with(_ body: (UnsafePointer<sockaddr>, socklen_t) -> CInt) -> CInt {
        withSockAddr { body($0, socklen_t($1)) }
    }
}

/// Hosts that have taken the addresses of peers and connect without a signature, over and over, as fast as they can.
final class UnsignedCallers: Sendable {
    private struct Seen {
        var attempts = 0
        var opens = 0
        var sessions = 0
        var isOver = false
    }

    /// What they say.
    static func octets() throws -> [UInt8] {
        let context = WireContext(fourOctetAS: true)
        var buffer = ByteBuffer()
        try RawPeer.Connection.open().encode(into: &buffer, context: context)
        Message.keepalive.encode(into: &buffer, context: context)
        return Array(buffer.readableBytesView)
    }

    private let seen = Mutex(Seen())
    private let pool = NIOThreadPool(numberOfThreads: 4)

    /// How often one of them has tried.
    var attempts: Int { seen.withLock { $0.attempts } }
    /// How many were answered with an OPEN, as a peer is, and perhaps with a KEEPALIVE.
    var opens: Int { seen.withLock { $0.opens } }
    /// How many had a session.
    var sessions: Int { seen.withLock { $0.sessions } }

    /// Begins to call from the addresses at a port of loopback.
    init(from addresses: [String], to port: UInt16) throws {
        let octets = try Self.octets()
        pool.start()
        for thread in 0..<4 {
            pool.submit { _ in
                var number = thread
                while !self.seen.withLock({ $0.isOver }) {
                    number += 1
                    self.call(from: addresses[number % addresses.count], to: port, saying: octets)
                }
            }
        }
    }

    private func call(from address: String, to port: UInt16, saying octets: [UInt8]) {
        let connection = UnsignedConnection(from: address, to: port, saying: octets)
        let answer = connection.answer { self.seen.withLock(\.isOver) }
        seen.withLock {
            $0.attempts += 1
            if answer != .turnedAway { $0.opens += 1 }
            if answer == .session { $0.sessions += 1 }
        }
    }

    /// Waits until they have tried so often again.
    func tryAgain(times: Int) async throws {
        let before = attempts
        _ = try await eventually("the callers have tried again", every: .milliseconds(1)) {
            attempts >= before + times ? true : nil
        }
    }

    /// Ends them.
    func stop() async throws {
        seen.withLock { $0.isOver = true }
        try await pool.shutdownGracefully()
    }
}

/// Keeps an event loop from doing anything, so that what is told to it and what the kernel queues for it come together.
struct HeldLoop: ~Copyable {
    private let descriptor: CInt

    /// Returns once the loop is held.
    static func hold(_ loop: any EventLoop) async throws -> HeldLoop {
        var ends: [CInt] = [-1, -1]
        try #require(pipe(&ends) == 0)
        let (readEnd, writeEnd) = (ends[0], ends[1])
        await withCheckedContinuation { continuation in
            loop.execute {
                continuation.resume()
                var octet: UInt8 = 0
                _ = read(readEnd, &octet, 1)
                close(readEnd)
            }
        }
        return HeldLoop(descriptor: writeEnd)
    }

    /// Lets it go on.
    consuming func release() {}

    deinit { close(descriptor) }
}
