import BGPEngine
import BGPResources
import BGPTypes
import FoundationEssentials
import Glibc
import KubeClient
import KubeJSON
import KubeModel
import KubeYAML
import Planning
import SpeakerRuntime
import TestCluster
import TestSupport
import Testing

/// The files of `Earlier` are as version 0.1 wrote them; a new version's are added, and none is changed.
@Suite struct EarlierVersionTests {
    private static let folder = "Tests/SpeakerRuntimeTests/Earlier"

    private func state() throws -> TemporaryDirectory {
        let directory = try TemporaryDirectory("earlier", isOpen: false)
        for name in ["last-good-n1.json", "last-good-n1.journal"] {
            chmod(try directory.write(try Checkout.read("\(Self.folder)/\(name)"), to: name), 0o600)
        }
        return directory
    }

    @Test func `an earlier version's saved state is read, file and journal`() throws {
        let directory = try state()
        let keeper = StateStore(directory: directory.path, node: "n1", logger: TestCluster.logger)
        let state = try #require(keeper.load())
        let peer = PeerID(instance: "main", peer: "tor")
        #expect(state.desired[peer]?.routes(.ipv4).map(\.prefix.description) == ["10.244.1.0/24", "192.0.2.2/32"])
        #expect(state.passwords["tor"] == Password("correct horse"))
        #expect(state.configuration.nodeConfig?.spec.bgpInstances.first?.routerID == RouterID("127.77.202.2"))
        #expect(state.configuration.peerConfigs.map(\.metadata.name) == ["tor"])
        #expect(state.configuration.advertisements.map(\.metadata.name) == ["all"])
    }

    /// Every field of a tree, as a path.
    private func fields(_ value: JSONValue, _ path: String = "") -> Set<String> {
        switch value {
        case .object(let members): Set(members.flatMap { fields($1, "\(path).\($0)").union(["\(path).\($0)"]) })
        case .array(let elements): Set(elements.flatMap { fields($0, "\(path)[]") })
        case .null, .bool, .integer, .number, .string: []
        }
    }

    @Test func `the version before can read today's saved state, which keeps every field`() throws {
        let earlier = try Checkout.read("\(Self.folder)/last-good-n1.json")
        let written = try JSON.read(JSON.encode(try JSON.decode(SavedState.self, from: earlier)))
        #expect(fields(try JSON.read(earlier.utf8)).subtracting(fields(written)).sorted() == [])
    }

    private func check<Object: KubeObject>(_ type: Object.Type, _ stored: JSONValue, on cluster: TestCluster)
        async throws
    {
        let object = try JSON.decode(type, from: stored)
        var wish = stored.object ?? [:]
        let status = wish.removeValue(forKey: "status")
        _ = try await cluster.client.send(.create(type.type, namespace: nil, .object(wish)))
        if let status {
            _ = try await cluster.client.patch(
                type,
                object.key,
                .merge(["status": status]),
                WriteOptions(fieldManager: "earlier", subresource: "status")
            )
        }
        let path = type.type.path(object.key)
        let present = try await cluster.client.send(KubeRequest(.get, path), as: JSONValue.self)
        #expect(present["spec"] == stored["spec"], "\(path)")
        #expect(present["status"] == stored["status"], "\(path)")
    }

    @Test func `today's definitions accept and keep whole the objects of earlier versions`() async throws {
        let stored = try reading("\(Self.folder)/objects.yaml")
        #expect(stored.count == 6)
        try await TestCluster.with(checksRules: true) { cluster in
            for object in stored {
                switch object["kind"]?.string {
                case "BGPNodeConfig": try await check(BGPNodeConfig.self, object, on: cluster)
                case "BGPClusterConfig": try await check(BGPClusterConfig.self, object, on: cluster)
                case "BGPPeerConfig": try await check(BGPPeerConfig.self, object, on: cluster)
                case "BGPAdvertisement": try await check(BGPAdvertisement.self, object, on: cluster)
                case "BGPNodeConfigOverride": try await check(BGPNodeConfigOverride.self, object, on: cluster)
                case "LoadBalancerIPPool": try await check(LoadBalancerIPPool.self, object, on: cluster)
                default: Issue.record("a kind of no earlier version: \(object)")
                }
            }
        }
    }

    private func reading(_ file: String) throws -> [JSONValue] {
        ManifestReader(text: try Checkout.read(file), file: file).objects.map(\.json)
    }
}
