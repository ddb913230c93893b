import BGPEngine
import BGPTransport
import KubeClient
import Logging
import SpeakerRuntime
import Synchronization
import TestCluster
import TestSupport
import Testing

/// Keeps what is logged as an error.
private final class ErrorLines: Sendable {
    private let lines = Mutex<[String]>([])

    var all: [String] { lines.withLock { $0.sorted() } }

    var logger: Logger { Logger(label: "test") { _ in Handler(lines: self) } }

    private struct Handler: LogHandler {
        let lines: ErrorLines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.error

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            lines.lines.withLock { $0.append("\(event.message)") }
        }
    }
}

struct ManifestTests {
    @Test func `malformed manifests give one line each and leave every route in place`() async throws {
        let world = TestNode(number: 1)
        let router = TestRouter(1)
        let directory = try TemporaryDirectory("speaker-manifests")
        let good: [(file: String, text: String)] = [
            ("1-node.yaml", world.node), ("2-cluster.yaml", world.clusterConfig), ("3-override.yaml", world.override),
            ("4-peer.yaml", world.peerConfig), ("5-adv.yaml", world.advertisement),
            ("6-web.yaml", world.service("web", "192.0.2.1")),
        ]
        for (file, text) in good { try directory.write(text, to: file) }
        let log = ErrorLines()
        let speaker = speaker(.directory(directory.path), logger: log.logger)
        try await running([router.speaker] + speaker.services) {
            try await eventually("all is announced", is: ["10.244.1.0/24", "192.0.2.1/32"], within: .seconds(60)) {
                await router.routes()
            }
            try directory.write(world.clusterConfig.replacing("65001", with: "many"), to: "2-cluster.yaml")
            try directory.write(
                world.peerConfig.replacing("holdTimeSeconds: 30", with: "holdTimeSeconds: 5"),
                to: "4-peer.yaml"
            )
            try directory.write(world.advertisement.replacing("PodCIDR", with: "PodCIDRs"), to: "5-adv.yaml")
            try directory.write(world.override.replacing("spec:\n", with: "spec:\n\tx: y\n"), to: "3-override.yaml")
            try directory.write(world.node.replacing("spec:", with: "kind: Node\nspec:"), to: "1-node.yaml")
            // A later file that is good is the fence: it has effect although five others have none.
            try directory.write(world.service("api", "192.0.2.2"), to: "7-api.yaml")
            try await eventually(
                "the new service joins the rest",
                is: ["10.244.1.0/24", "192.0.2.1/32", "192.0.2.2/32"]
            ) {
                await router.routes()
            }
            try await eventually("there are five lines", is: 5) { log.all.count }
            #expect(
                log.all == [
                    "1-node.yaml:4:1: key \"kind\" again, expected it once (first at line 2)",
                    "2-cluster.yaml:7:17: BGPClusterConfig/rack: spec.bgpInstances[0].localASN: "
                        + "expected an integer of 64 bits, found \"many\"",
                    "3-override.yaml:5:1: found a tab character, expected spaces for indentation",
                    "4-peer.yaml:6:3: BGPPeerConfig/tor: spec.timers: keepAliveTimeSeconds must not exceed "
                        + "holdTimeSeconds, which is 90 when absent",
                    "5-adv.yaml:6:27: BGPAdvertisement/all: spec.advertisements[0].advertisementType: "
                        + "expected one of PodCIDR, Service, Interface, Prefixes, LoadBalancerIPPool, found \"PodCIDRs\"",
                ]
            )
            #expect(router.node?.establishedTransitions == 1)
        }
    }
}
