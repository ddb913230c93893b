import BGPTypes
import Fixtures
import FoundationEssentials
import KubeJSON
import KubeModel
import Planning
import Testing

@Suite struct AnnouncedServiceTests {
    private static let whole = """
        {"apiVersion": "v1", "kind": "Service",
         "metadata": {"name": "web", "namespace": "shop", "uid": "u", "resourceVersion": "17", "generation": 3,
                      "creationTimestamp": "2026-01-31T12:00:00Z", "labels": {"app": "web"},
                      "annotations": {"martlet.dev/sharing-key": "k", "note": "x"}, "finalizers": ["f"],
                      "ownerReferences": [{"apiVersion": "v1", "kind": "Pod", "name": "p", "uid": "u"}],
                      "managedFields": [{"manager": "m"}]},
         "spec": {"type": "LoadBalancer", "selector": {"app": "web"}, "clusterIP": "10.96.0.9",
                  "clusterIPs": ["10.96.0.9", "fd00::9"], "externalIPs": ["192.0.2.9", "no address"],
                  "ports": [{"port": 80, "nodePort": 30080}], "externalTrafficPolicy": "Local", "sessionAffinity": "None",
                  "allocateLoadBalancerNodePorts": true, "healthCheckNodePort": 31000},
         "status": {"conditions": [{"type": "Other", "status": "True"}],
                    "loadBalancer": {"ingress": [{"ip": "198.51.100.9", "ports": []}, {"hostname": "lb.example"}]}}}
        """

    /// The Service after a text in it was replaced by another, as a store keeps it.
    private func kept(_ old: String = "", _ new: String = "") throws -> AnnouncedService {
        #expect(old.isEmpty || Self.whole.contains(old))
        return try JSON.decode(AnnouncedService.self, from: Data(Self.whole.replacing(old, with: new).utf8))
    }

    @Test(arguments: [
        (#""resourceVersion": "17""#, #""resourceVersion": "18""#), (#""generation": 3"#, #""generation": 4"#),
        (#""uid": "u", "resource"#, #""uid": "v", "resource"#), (#""note": "x""#, #""note": "y""#), (#"["f"]"#, "[]"),
        (#""name": "p""#, #""name": "q""#), (#""manager": "m""#, #""manager": "n""#),
        (#""selector": {"app": "web"}"#, #""selector": {"app": "other"}"#), (#""port": 80"#, #""port": 81"#),
        (#""nodePort": 30080"#, #""nodePort": 30081"#), (#""None""#, #""ClientIP""#),
        ("31000", "31001"), (#"{"type": "Other", "status": "True"}"#, ""), (#", "ports": []"#, ""),
    ])
    func `A change of what no announcement follows from is no change`(old: String, new: String) throws {
        #expect(try kept(old, new) == kept())
    }

    @Test(arguments: [
        (#""name": "web""#, #""name": "web2""#), ("shop", "shop2"), (#"{"app": "web"},"#, #"{"app": "web2"},"#),
        ("2026-01-31", "2026-02-01"), (#"sharing-key": "k""#, #"sharing-key": "l""#), ("LoadBalancer\"", "ClusterIP\""),
        ("fd00::9", "fd00::8"), ("192.0.2.9", "192.0.2.8"), ("no address", "none"), ("Local", "Cluster"),
        ("198.51.100.9", "198.51.100.8"), ("lb.example", "lb2.example"),
        (#""sessionAffinity""#, #""loadBalancerClass": "c", "sessionAffinity""#),
        (#""sessionAffinity""#, #""internalTrafficPolicy": "Local", "sessionAffinity""#),
        (#"["10.96.0.9", "fd00::9"]"#, #"["None"]"#),
        (#""type": "Other""#, #""type": "martlet.dev/IPAMRequestSatisfied""#),
    ])
    func `A change of anything else is one`(old: String, new: String) throws {
        #expect(try kept(old, new) != kept())
    }

    @Test func `It knows every address in the order of the lists, and its name and age`() throws {
        let service = try kept()
        let texts = ["198.51.100.9", "192.0.2.9", "10.96.0.9", "fd00::9"]
        #expect(service.addresses == (try texts.map(address)))
        #expect(service.key == ObjectKey(namespace: "shop", name: "web"))
        #expect(service.metadata.creationTimestamp == noon)
        var another = service
        another.metadata.namespace = "other"
        #expect(another.key == ObjectKey(namespace: "other", name: "web"))
        #expect(another.addresses == service.addresses && service.key.namespace == "shop")
    }

    @Test func `A text that many have in common is taken from where it is shared`() throws {
        let long = "a-namespace-of-more-than-fifteen-octets"
        var asked: [String] = []
        let service = try kept("shop", long).sharing {
            asked.append($0)
            return $0
        }
        #expect(asked == [long])
        #expect(service == (try kept("shop", long)))
    }
}
