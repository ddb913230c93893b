import BGPResources
import Fixtures
import KubeModel
import Planning
import Testing

struct KeptSettingsTests {
    private let metadata = ObjectMeta(name: "x", uid: "u", resourceVersion: "1", generation: 1, labels: ["a": "b"])

    private func newer(_ metadata: ObjectMeta) -> ObjectMeta {
        var newer = metadata
        newer.resourceVersion = "2"
        return newer
    }

    @Test func `A report about the own Node is no change, and its network and addresses are one`() {
        func kept(_ metadata: ObjectMeta, _ conditions: [Condition], address: String = "10.0.0.1") -> Node {
            var node = Node(
                metadata: metadata,
                spec: Node.Spec(podCIDRs: ["10.112.0.0/24"]),
                status: Node.Status(
                    addresses: [Node.Address(type: "InternalIP", address: address)],
                    conditions: conditions
                )
            )
            node.keepSettings()
            return node
        }
        let network = Condition(type: "NetworkUnavailable", status: .true)
        let before = kept(metadata, [Condition(type: "Ready", status: .true)])
        #expect(before == kept(newer(metadata), [Condition(type: "Ready", status: .false, lastTransitionTime: noon)]))
        #expect(before != kept(metadata, [network]))
        #expect(before != kept(metadata, [], address: "10.0.0.2"))
        #expect(before.metadata.labels == ["a": "b"] && before.spec?.podCIDRs == ["10.112.0.0/24"])
    }

    @Test func `The status of a PeerConfig is not kept, and its spec is`() {
        var before = BGPPeerConfig(metadata: metadata, spec: BGPPeerConfig.Spec())
        var after = before
        after.metadata = newer(metadata)
        after.status = BGPPeerConfig.Status(conditions: [Condition(type: "Ready", status: .true)])
        before.keepSettings()
        after.keepSettings()
        #expect(before == after && after.metadata.generation == 1)
    }

    @Test func `The status of an Advertisement is not kept, and its spec is`() {
        var before = BGPAdvertisement(metadata: metadata, spec: BGPAdvertisement.Spec(advertisements: [serviceEntry()]))
        var after = before
        after.metadata = newer(metadata)
        after.status = BGPAdvertisement.Status(conditions: [Condition(type: "Ready", status: .true)])
        before.keepSettings()
        after.keepSettings()
        #expect(before == after && after.spec.advertisements.count == 1)
    }

    @Test func `The status of a pool is not kept, and its spec is`() throws {
        var before = LoadBalancerIPPool(metadata: metadata, spec: LoadBalancerIPPool.Spec(blocks: []))
        var after = before
        after.metadata = newer(metadata)
        after.status = LoadBalancerIPPool.Status(conditions: [Condition(type: "Ready", status: .true)])
        before.keepSettings()
        after.keepSettings()
        #expect(before == after && after.metadata.uid == "u")
    }
}
