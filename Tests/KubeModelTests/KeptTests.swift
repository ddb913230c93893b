import KubeModel
import Testing

/// What is left of an object that anybody may have filled.
@Suite struct KeptTests {
    private func service(_ annotations: [String: String]) -> Service {
        var service = Service(metadata: ObjectMeta(name: "web", namespace: "shop"), spec: Service.Spec())
        service.metadata.annotations = annotations
        service.metadata.labels = ["app": "web"]
        service.metadata.finalizers = ["example.com/wait"]
        service.metadata.ownerReferences = [OwnerReference(apiVersion: "v1", kind: "Pod", name: "p", uid: "u")]
        return service
    }

    @Test func `only the annotations that decisions read are kept`() {
        let kept = service([
            "martlet.dev/ips": "192.0.2.1", "lbipam.cilium.io/ips": "192.0.2.2", "io.cilium/lb-ipam-ips": "192.0.2.3",
            "kubectl.kubernetes.io/last-applied-configuration": "{}", "martlet.development/x": "y",
        ]).kept
        #expect(
            kept.metadata.annotations == [
                "martlet.dev/ips": "192.0.2.1", "lbipam.cilium.io/ips": "192.0.2.2",
                "io.cilium/lb-ipam-ips": "192.0.2.3",
            ]
        )
        #expect(kept.metadata.labels == ["app": "web"])
        #expect(kept.metadata.finalizers == nil && kept.metadata.ownerReferences == nil)
        #expect(service(["example.com/note": "a"]).kept.metadata.annotations == nil)
    }

    @Test func `a value that is too long is cut, and the cut is marked`() {
        let addresses = (0..<5000).map { "10.0.\($0 / 256).\($0 % 256)" }.joined(separator: ",")
        let kept = service(["martlet.dev/ips": addresses]).kept.metadata.annotations?["martlet.dev/ips"] ?? ""
        #expect(kept.utf8.count < 16_400)
        #expect(kept.hasSuffix("…"))
        #expect(addresses.hasPrefix(kept.dropLast()))
    }
}
