import BGPEngine
import BGPTransport
import BGPTypes
import Glibc
import Signals
import Synchronization
import TestSupport
import Testing

/// Peers that are not admitted, since a key or an option of theirs cannot be set.
extension SignedPeerTests {
    @Test func `a peer is not admitted where the kernel refuses its key, and the status says so until it accepts it`()
        async throws
    {
        let refuses = Mutex(true)
        let log = LogLines()
        let options = SocketOptions { option, use in
            option == .signature && use == .listening && refuses.withLock { $0 } ? ENOPROTOOPT : nil
        }
        let instance = try Self.instance(
            peers: [try Self.peer("127.0.0.2", password: "sesame"), try Self.peer("127.0.0.3", password: nil)]
        )
        try await Self.run([instance], options: options, log: log) { speaker in
            let port = try await Self.port(of: speaker)
            let octets = try UnsignedCallers.octets()
            let peer = try await Self.peer("127.0.0.2", of: speaker) { $0.lastFailure != nil }
            #expect(peer.lastFailure?.evidence == .notAdmitted(.optionRefused("TCP MD5")))
            #expect(peer.lastFailure?.explanation.reason == .socketOptionRefused)
            let refusal = try #require(speaker.instances().first?.refusals.first)
            #expect(
                refusal.seen == "connections from peer 127.0.0.2 are not accepted: the kernel would not set TCP MD5"
            )
            #expect(log.all.contains { $0.contains("peers are not admitted") && $0.contains("SocketOptionRefused") })
            let unsigned = UnsignedConnection(from: "127.0.0.2", to: port, saying: octets)
            let unsignedAnswer = unsigned.answer()
            #expect(unsignedAnswer == .turnedAway)
            let other = UnsignedConnection(from: "127.0.0.3", to: port, saying: octets)
            let otherAnswer = other.answer()
            #expect(otherAnswer == .session)
            _ = try await Self.peer("127.0.0.3", of: speaker) { $0.state == .established }

            refuses.withLock { $0 = false }
            let again = try await Self.peer("127.0.0.2", of: speaker) { $0.lastFailure == nil }
            #expect(again.establishedTransitions == 0)
            #expect(speaker.instances().first?.refusals == [])
            try await Self.dial(speaker, port, from: "127.0.0.2", password: "sesame") { router in
                _ = try await router.signal.changes().first { router.snapshot().first { $0.state == .established } }
            }
            let stayed = try await Self.peer("127.0.0.3", of: speaker) { $0.state == .established }
            #expect(stayed.establishedTransitions == 1)
            let isOpen = other.isOpen
            #expect(isOpen)
        }
    }

    @Test(arguments: [SocketOptions.Option.signature, .lowestTTL, .sourceInterface, .ttl])
    func `a peer is not admitted where the kernel refuses a socket option, and the status says so`(
        option: SocketOptions.Option
    ) async throws {
        let options = SocketOptions { $0 == option && $1 == .accepted ? EPERM : nil }
        var peer = try Self.peer("127.0.0.2", password: "sesame")
        peer.configuration.distance = .ttlSecurity(hops: 1)
        peer.configuration.sourceInterface = "lo"
        try await Self.run([try Self.instance(peers: [peer])], options: options) { speaker in
            let port = try await Self.port(of: speaker)
            try await Self.dial(speaker, port, from: "127.0.0.2", password: "sesame", ttlSecurity: 1) { router in
                let told = try await Self.peer("127.0.0.2", of: speaker) { $0.lastFailure != nil }
                #expect(told.lastFailure?.evidence == .notAdmitted(.optionRefused(option.rawValue)))
                #expect(told.connection.attempts == 0)
                #expect(router.snapshot().allSatisfy { $0.establishedTransitions == 0 })
            }
        }
    }

    @Test func `a peer is not admitted where the kernel has no room for its key, while the others are`() async throws {
        let room = Mutex(2)
        let options = SocketOptions { option, use in
            guard option == .signature, use == .listening else { return nil }
            return room.withLock { left in
                left -= 1
                return left < 0 ? ENOMEM : nil
            }
        }
        let peers = try [2, 3, 4].map { try Self.peer("127.0.0.\($0)", password: "word \($0)") }
        try await Self.run([try Self.instance(peers: peers)], options: options) { speaker in
            let port = try await Self.port(of: speaker)
            let last = try await Self.peer("127.0.0.4", of: speaker) { $0.lastFailure != nil }
            #expect(last.lastFailure?.evidence == .notAdmitted(.noRoomForKeys))
            #expect(last.lastFailure?.explanation.fix == "raise it: sysctl -w net.core.optmem_max=1048576")
            let unsigned = UnsignedConnection(from: "127.0.0.4", to: port, saying: try UnsignedCallers.octets())
            let unsignedAnswer = unsigned.answer()
            #expect(unsignedAnswer == .turnedAway)
            for number in [2, 3] {
                try await Self.dial(speaker, port, from: "127.0.0.\(number)", password: "word \(number)") { router in
                    _ = try await router.signal.changes().first { router.snapshot().first { $0.state == .established } }
                }
            }
        }
    }

    @Test func `a peer is not mistaken for another at its address that has another password`() async throws {
        var first = try Self.peer("127.0.0.2", password: "one")
        first.configuration.name = "first"
        var second = try Self.peer("127.0.0.2", password: "two")
        second.configuration.name = "second"
        second.configuration.remoteAS = 65002
        try await Self.run([try Self.instance(peers: [first, second])]) { speaker in
            let port = try await Self.port(of: speaker)
            let told = try await Self.peer("second", of: speaker) { $0.lastFailure != nil }
            #expect(told.lastFailure?.evidence == .notAdmitted(.otherPassword(peer: "first")))
            #expect(speaker.instances().first?.refusals.map(\.reason) == [.socketOptionRefused])
            // Who knows the first one's password cannot be the second.
            try await Self.dial(speaker, port, from: "127.0.0.2", password: "one", asNumber: 65002) { router in
                let failed = try await router.signal.changes().first {
                    router.snapshot().first { $0.lastFailure != nil }
                }
                #expect(failed.lastFailure?.explanation.reason == .badPeerAS)
            }
            try await Self.dial(speaker, port, from: "127.0.0.2", password: "one") { router in
                _ = try await router.signal.changes().first { router.snapshot().first { $0.state == .established } }
            }
            _ = try await Self.peer("first", of: speaker) { $0.establishedTransitions == 1 }
            let other = try await Self.peer("second", of: speaker) { _ in true }
            #expect(other.establishedTransitions == 0)
        }
    }
}
