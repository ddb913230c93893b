import BGPResources
import BGPTypes
import KubeJSON
import KubeModel
import PlainText
import SpeakerAPI
import Testing

@Suite struct DocumentTests {
    private func prefix(_ text: String) throws -> IPPrefix { try #require(IPPrefix(text)) }

    @Test func `routes are listed by instance, peer and prefix`() throws {
        let routes = try [
            ("main", "spine", "10.0.0.0/24"), ("main", "leaf", "10.0.1.0/24"), ("main", "leaf", "10.0.0.0/24"),
            ("edge", "uplink", "192.0.2.0/24"),
        ]
        .map { RouteDocument(instance: $0.0, peer: $0.1, prefix: try prefix($0.2)) }
        let document = NodeRoutes(node: "n1", view: .advertised, routes: routes)
        #expect(
            document.routes.map { "\($0.instance) \($0.peer ?? "") \($0.prefix)" } == [
                "edge uplink 192.0.2.0/24", "main leaf 10.0.0.0/24", "main leaf 10.0.1.0/24", "main spine 10.0.0.0/24",
            ]
        )
    }

    @Test func `a peer is one object with its instance and its status`() throws {
        var status = PeerStatus(name: "spine")
        status.peeringState = .established
        let document = NodePeers(node: "n1", peers: [NodePeer(instance: "main", status: status)])
        let value = try JSON.tree(document)
        #expect(value["apiVersion"] == "martlet.dev/v2")
        #expect(value["peers"]?[0]?["instance"] == "main")
        #expect(value["peers"]?[0]?["name"] == "spine")
        #expect(try JSON.decode(NodePeers.self, from: JSON.encode(document)) == document)
    }

    @Test func `the first thousand prefixes that wait are listed`() throws {
        let until = Timestamp(secondsSinceEpoch: 1_769_860_800)
        let waiting = (0..<1500).map { number in
            PausedPrefix(prefix: IPPrefix(host: .v4(IPv4Address(rawValue: 0x0A00_0000 + UInt32(number)))), until: until)
        }
        #expect(NodePeers(node: "n1", peers: [], paused: waiting).paused == Array(waiting.prefix(1000)))
        #expect(NodePeers(node: "n1", peers: []).paused == nil)
    }

    @Test func `the local socket is in the state directory`() {
        #expect(LocalSocket.path(in: "/var/lib/martlet") == LocalSocket.path(in: "/var/lib/martlet/"))
        #expect(LocalSocket.usual == "/var/lib/martlet/local/speaker.sock")
    }
}
