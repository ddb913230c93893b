import FoundationEssentials
import KubeJSON
import KubeModel
import Testing

/// Objects of network plugins as their programs write them.
@Suite struct PluginObjectTests {
    private func read<Object: KubeObject>(_ text: String, as type: Object.Type) throws -> Object {
        try JSON.decode(type, from: Data(text.utf8))
    }

    @Test func `a CiliumNode in cluster-pool mode has the networks of podCIDRs`() throws {
        let node = try read(
            """
            {"apiVersion":"cilium.io/v2","kind":"CiliumNode","metadata":{"name":"n1","resourceVersion":"7"},
             "spec":{"addresses":[{"ip":"10.0.0.1","type":"InternalIP"}],"alibaba-cloud":{},"azure":{},"eni":{},
               "bootid":"b","encryption":{},"health":{"ipv4":"10.42.1.9"},"ingress":{},
               "ipam":{"podCIDRs":["10.42.1.0/24","fd00:42:1::/64"],"pools":{}}},
             "status":{"alibaba-cloud":{},"azure":{},"eni":{},"ipam":{"operator-status":{}}}}
            """,
            as: CiliumNode.self
        )
        #expect(!node.hasSingleAddresses)
        #expect(node.podCIDRs == ["10.42.1.0/24", "fd00:42:1::/64"])
        var kept = node
        kept.keepNetworks()
        #expect(kept.podCIDRs == node.podCIDRs)
        #expect(kept.metadata == ObjectMeta(name: "n1"))
    }

    @Test func `a CiliumNode in multi-pool mode has the networks of all pools`() throws {
        let node = try read(
            """
            {"metadata":{"name":"n1"},"spec":{"ipam":{"pools":{
              "allocated":[{"pool":"default","cidrs":["10.10.0.0/27","10.10.0.32/27"]},{"pool":"blue"},
                           {"pool":"red","cidrs":["fd00::/112"]}],
              "requested":[{"pool":"default","needed":{"ipv4-addrs":16}}]}}}}
            """,
            as: CiliumNode.self
        )
        #expect(node.podCIDRs == ["10.10.0.0/27", "10.10.0.32/27", "fd00::/112"])
    }

    @Test(arguments: [
        #"{"eni":{"vpc-id":"vpc-1"},"ipam":{"podCIDRs":["10.1.0.0/16"]}}"#,
        #"{"azure":{"interface-name":"eth0"},"ipam":{"podCIDRs":["10.1.0.0/16"]}}"#,
        #"{"alibaba-cloud":{"vpc-id":"vpc-1"},"ipam":{"podCIDRs":["10.1.0.0/16"]}}"#,
        #"{"eni":{},"ipam":{"podCIDRs":["10.1.0.0/16"],"pool":{"10.1.2.3":{"resource":"eni-1"},"10.1.2.4":{}}}}"#,
    ])
    func `a CiliumNode with a cloud's individual addresses has no network`(spec: String) throws {
        var node = try read(#"{"metadata":{"name":"n1"},"spec":\#(spec)}"#, as: CiliumNode.self)
        #expect(node.hasSingleAddresses)
        #expect(node.podCIDRs == [])
        node.keepNetworks()
        #expect(node.hasSingleAddresses)
        #expect(node.spec?.ipam?.pool?.count ?? 1 == 1)
    }

    @Test func `a CiliumNode made a moment ago has no network`() throws {
        #expect(try read(#"{"metadata":{"name":"n1"}}"#, as: CiliumNode.self).podCIDRs == [])
        #expect(try read(#"{"metadata":{"name":"n1"},"spec":{"ipam":{}}}"#, as: CiliumNode.self).podCIDRs == [])
    }

    @Test(arguments: [
        (#""state":"confirmed","deleted":"false""#, true), (#""state":"confirmed","deleted":"true""#, false),
        (#""state":"confirmed","deleted":"""#, true), (#""state":"confirmed""#, true),
        (#""state":"confirmed","deleted":true"#, false), (#""state":"confirmed","deleted":false"#, true),
        (#""state":"pending","deleted":"false""#, false), (#""state":"pendingDeletion","deleted":"false""#, false),
        (#""deleted":"false""#, false),
    ])
    func `a BlockAffinity counts once it is confirmed, and stays`(fields: String, counts: Bool) throws {
        let affinity = try read(
            """
            {"apiVersion":"crd.projectcalico.org/v1","kind":"BlockAffinity","metadata":{"name":"n1-10-244-0-0-26"},
             "spec":{"cidr":"10.244.0.0/26","node":"n1","type":"host",\(fields)}}
            """,
            as: BlockAffinity.self
        )
        #expect(affinity.isConfirmed == counts)
        #expect(affinity.isOfNode)
    }

    @Test(arguments: [(nil, true), ("", true), ("host", true), ("virtual", false)])
    func `blocks for load balancers belong to no node`(type: String?, isOfNode: Bool) {
        let spec = BlockAffinity.Spec(node: "virtual-load-balancer", type: type, cidr: "10.1.0.0/26")
        #expect(BlockAffinity(metadata: ObjectMeta(name: "a"), spec: spec).isOfNode == isOfNode)
    }

    @Test func `a definition serves its kind once it is established`() throws {
        var definition = try read(
            """
            {"metadata":{"name":"ciliumnodes.cilium.io","labels":{"a":"b"}},"spec":{"group":"cilium.io"},
             "status":{"acceptedNames":{"kind":"CiliumNode"},"conditions":[
               {"type":"NamesAccepted","status":"True"},{"type":"Established","status":"True"}]}}
            """,
            as: CustomResourceDefinition.self
        )
        #expect(definition.isEstablished)
        definition.keepWhetherServed()
        #expect(definition.isEstablished)
        #expect(definition.metadata == ObjectMeta(name: CiliumNode.type.definitionName))
        #expect(try !read(#"{"metadata":{"name":"x"}}"#, as: CustomResourceDefinition.self).isEstablished)
    }
}
