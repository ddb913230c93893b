import BGPResources
import BGPTypes
import KubeModel
import Planning
import SpeakerAPI
import TestSupport
import Testing

extension Interop {
    /// What a node says while a router comes back to a session that the node has reset, and beside a session that is up.
    @Suite struct ResetTests {
        /// A router and a change of the node's configuration that resets the session.
        struct Change: CustomTestStringConvertible, Sendable {
            let router: WrongRouter
            let name: String
            let what: String
            let peerConfig: String
            var listens = false

            var testDescription: String { "\(name), \(what)" }

            static let all: [Change] = {
                let routers: [(String, WrongRouter)] = [
                    ("FRR", .frr(" neighbor 10.0.0.1 remote-as 65001")), ("BIRD", .bird("")), ("GoBGP", .goBGP("")),
                ]
                return routers.flatMap { name, router in
                    [
                        Change(
                            router: router,
                            name: name,
                            what: "timers",
                            peerConfig: "timers: {holdTimeSeconds: 30, keepAliveTimeSeconds: 10}"
                        ),
                        Change(
                            router: router,
                            name: name,
                            what: "graceful restart, and the node listens",
                            peerConfig: "gracefulRestart: {enabled: true}",
                            listens: true
                        ),
                    ]
                }
            }()

            /// The node before the change, or after it.
            func row(isChanged: Bool) -> FailureRow {
                FailureRow(
                    what: what,
                    router: router,
                    node: FailureRow.NodeSide(peerConfig: isChanged ? [peerConfig] : [], listens: listens),
                    after: { _ in },
                    says: FailureRow.Words(reason: "", seen: "", cause: "", fix: "")
                )
            }
        }

        @Test(arguments: Change.all)
        func `a session that the node resets comes back, and no neighbor statement is missed meanwhile`(change: Change)
            async throws
        {
            try await FailingSession.with(change.row(isChanged: false)) { session in
                try session.manifests.write(change.row(isChanged: true).manifests, to: "node.yaml")
                var errors: [SessionError] = []
                let again = try await eventually("the session is up again") { () -> PeerStatus? in
                    guard let peer = try await session.page().peers.first?.status else { return nil }
                    if let error = peer.lastError, error.message != errors.last?.message { errors.append(error) }
                    let isNew =
                        peer.timers?.appliedHoldTimeSeconds == 30 || peer.negotiated?.localGracefulRestart != nil
                    return peer.peeringState == .established && isNew ? peer : nil
                }
                #expect(errors.allSatisfy { $0.reason == "NotAcceptedYet" }, "\(errors)")
                #expect(Set(errors.map(\.message)).count <= 1, "one cause is told once: \(errors)")
                #expect(again.lastError == nil)
                let log = await session.log()
                for words in ["add: neighbor", "no neighbor statement", "ClosedAfterOpen", "ConnectionRefused"] {
                    #expect(!log.contains(words), "\(log.suffix(4000))")
                }
                #expect(log.split(separator: "\n").count { $0.contains("NotAcceptedYet") } <= 1)
            }
        }

        /// Without graceful restart: RFC 4271 §6.8.
        @Test(arguments: [
            WrongRouter.frr(" neighbor 10.0.0.1 remote-as 65001"), .bird(""), .goBGP(""),
        ])
        func `a second connection of the router is closed at once`(router: WrongRouter) async throws {
            var row = Change(router: router, name: "", what: "", peerConfig: "", listens: true).row(isChanged: false)
            row.node.peerConfig = []
            try await FailingSession.with(row) { session in
                let before = try await session.page().peers.first?.status
                // As many octets as come until the node closes; far less than the ten seconds for which it once waited.
                let script = "exec 3<>/dev/tcp/10.0.0.1/179; cat <&3 | od -An -v -tx1 | tr -d ' \\n'"
                for _ in 0..<3 {
                    let octets = try await session.routerHost.command("timeout", "8", "bash", "-c", script).run()
                    let cease = String(repeating: "f", count: 32) + "0015030607"
                    #expect(octets.filter { !$0.isWhitespace } == cease)
                }
                let after = try await session.page().peers.first?.status
                #expect(after?.peeringState == .established)
                #expect(after?.establishedTime == before?.establishedTime)
                #expect(after?.lastError == nil)
            }
        }

        /// With graceful restart: RFC 4724 §4.2.
        @Test func `a router that restarts gracefully takes over with its second connection`() async throws {
            var row = Change(
                router: .frr(" bgp graceful-restart\n neighbor 10.0.0.1 remote-as 65001"),
                name: "",
                what: "",
                peerConfig: "",
                listens: true
            ).row(isChanged: false)
            row.node.peerConfig = ["gracefulRestart: {enabled: true}"]
            try await FailingSession.with(row) { session in
                // Once the session is old enough, the node says OPEN; the answer is one of AS 65000 with four octets, IPv4 and
                // graceful restart for it.
                let capabilities = "0104000100014104" + "0000fde8" + "400640b4" + "00010180"
                let open =
                    "04fde8005a0a0000fe" + Self.hex(capabilities.count / 2 + 2) + "02"
                    + Self.hex(capabilities.count / 2)
                    + capabilities
                let message = String(repeating: "f", count: 32) + "00" + Self.hex(19 + open.count / 2) + "01" + open
                let escaped = stride(from: 0, to: message.count, by: 2).map { "\\x" + message.dropFirst($0).prefix(2) }
                let script = """
                    exec 3<>/dev/tcp/10.0.0.1/179
                    head -c 19 <&3 | od -An -v -tx1 >&2
                    printf '\(escaped.joined())' >&3
                    cat <&3 >/dev/null
                    """
                let directory = try TemporaryDirectory("second")
                let second = try session.routerHost.command("timeout", "60", "bash", "-c", script)
                    .start(log: directory.path("log"))
                try await eventually("the new connection takes over", is: SessionState.openConfirm) {
                    try await session.page().peers.first?.status.peeringState
                }
                await second.stop()
                _ = try await eventually("the router itself is back") {
                    try await session.page().peers.first { $0.status.peeringState == .established }
                }
                let log = await session.log()
                #expect(!log.contains("add: neighbor"))
            }
        }

        private static func hex(_ number: Int) -> String {
            let digits = String(number, radix: 16)
            return digits.count == 1 ? "0\(digits)" : digits
        }
    }
}
