import BGPTypes
import Fixtures
import FoundationEssentials
import KubeJSON
import KubeModel
import Planning
import Testing

@Suite struct ServiceEndpointsTests {
    private static let whole = """
        {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
         "metadata": {"name": "web-x7", "namespace": "shop", "uid": "u", "resourceVersion": "17", "generation": 3,
                      "creationTimestamp": "2026-01-31T12:00:00Z", "annotations": {"note": "x"},
                      "labels": {"kubernetes.io/service-name": "web", "managed": "m"},
                      "ownerReferences": [{"apiVersion": "v1", "kind": "Service", "name": "web", "uid": "u"}]},
         "endpoints": [
           {"addresses": ["10.0.0.1"], "nodeName": "a", "zone": "z", "targetRef": {"kind": "Pod", "name": "p"},
            "conditions": {"ready": true, "serving": true, "terminating": false}, "hints": {"forZones": []}},
           {"addresses": ["10.0.0.2"], "nodeName": "b", "conditions": {"ready": false}}],
         "ports": [{"name": "http", "port": 80}]}
        """

    /// The slice after a text in it was replaced by another, as a store keeps it.
    private func kept(_ old: String = "", _ new: String = "") throws -> ServiceEndpoints {
        #expect(old.isEmpty || Self.whole.contains(old))
        let tree = try JSON.read(
            Array(Self.whole.replacing(old, with: new).utf8),
            leavingOut: ServiceEndpoints.unread
        )
        return try JSON.decode(ServiceEndpoints.self, from: tree)
    }

    @Test(arguments: [
        (#""resourceVersion": "17""#, #""resourceVersion": "18""#), (#""note": "x""#, #""note": "y""#),
        (#""managed": "m""#, #""managed": "n""#), ("10.0.0.1", "10.0.0.3"), (#""zone": "z""#, #""zone": "y""#),
        (#""name": "p""#, #""name": "q""#), (#""port": 80"#, #""port": 81"#), (#"{"forZones": []}"#, "{}"),
        (#""serving": true, "#, ""),
        (#"{"ready": false}"#, #"{"ready": false, "serving": true, "terminating": false}"#),
        ("2026-01-31", "2026-02-01"), (#""uid": "u", "resource"#, #""uid": "v", "resource"#),
    ])
    func `A change of what no decision reads is no change`(old: String, new: String) throws {
        #expect(try kept(old, new) == kept())
    }

    @Test(arguments: [
        ("web-x7", "web-x8"), ("shop", "shop2"), (#"service-name": "web""#, #"service-name": "web2""#),
        (#""nodeName": "a", "#, #""nodeName": "c", "#), (#""nodeName": "a", "#, ""), (#"{"ready": false}"#, "{}"),
        (#"{"ready": false}"#, #"{"ready": false, "serving": true, "terminating": true}"#), ("IPv4", "IPv6"),
    ])
    func `A change of anything else is one`(old: String, new: String) throws {
        #expect(try kept(old, new) != kept())
    }

    @Test func `The order of endpoints is nothing, and how many are alike is something`() throws {
        let endpoints = [TestEndpoint.ready("a"), .ready("b"), .ready("b"), .notReady("b"), .ready(nil)]
        let first = ServiceEndpoints(slice(of: "web", endpoints))
        #expect(first == ServiceEndpoints(slice(of: "web", endpoints.reversed())))
        #expect(first != ServiceEndpoints(slice(of: "web", Array(endpoints.dropFirst(2)))))
        #expect(first != ServiceEndpoints(slice(of: "web", [.ready("a"), .ready("b"), .notReady("b"), .ready(nil)])))
    }

    @Test func `Every node counts its own endpoints, and none is where no node is named`() {
        let endpoints = ServiceEndpoints(
            slice(
                of: "web",
                [.ready("a"), .unset("a"), .leaving("a"), .gone("b"), .notReady("b"), .ready(nil), .ready("")]
            )
        )
        let tally = endpoints.tally(node: "a")
        #expect(tally.local.description == "2 ready, 1 serving while terminating")
        #expect(tally.everywhere.description == "4 ready, 1 serving while terminating, 1 terminating, 1 not ready")
        #expect(tally.withoutNode == 2 && tally.proxies == 0)
        #expect(endpoints.tally(node: "b").local.description == "1 terminating, 1 not ready")
        #expect(endpoints.tally(node: "").local.total == 0)
    }

    @Test func `The names of nodes and namespaces are taken from where they are shared`() throws {
        var asked: Set<String> = []
        let endpoints = try kept().sharing {
            asked.insert($0)
            return $0
        }
        #expect(asked == ["shop", "a", "b"])
        #expect(endpoints == (try kept()))
    }
}
