import FoundationEssentials
import KubeJSON
import KubeModel
import Planning
import TestSupport
import Testing
import kubectl_bgp

/// `plan` and `lint` about addresses that are another's.
@Suite struct WhoseAddressPlanTests {
    private func rack(_ more: String, entry: String = "{addresses: [LoadBalancerIP, ExternalIP, ClusterIP]}") throws
        -> String
    {
        try TwoNodeManifests().text(replacing: "{addresses: [LoadBalancerIP]}", with: entry)
            .replacing("selector: {matchLabels: {expose: bgp}}", with: "selector: {}") + more
    }

    private func document(_ text: String, _ command: String = "plan") async throws -> JSONValue {
        let files = try TemporaryDirectory("whose")
        let path = try files.write(text, to: "rack.yaml")
        let outcome = await run(command, "-f", path, "-o", "json")
        return try JSON.decode(JSONValue.self, from: Data(outcome.output.utf8))
    }

    /// What the nodes announce for Services of a namespace.
    private func routes(_ document: JSONValue, of namespace: String) -> [String] {
        let peers = (document["nodes"]?.array ?? []).flatMap { $0["instances"]?.array ?? [] }
            .flatMap { $0["peers"]?.array ?? [] }
        let routes = peers.flatMap { $0["routes"]?.array ?? [] }.filter { route in
            (route["sources"]?.array ?? []).contains { $0["object"]?.string?.hasPrefix("\(namespace)/") ?? false }
        }
        return Set(routes.compactMap { $0["prefix"]?.string }).sorted()
    }

    private func findings(_ document: JSONValue, _ reason: String) -> [String] {
        let items = document["diagnostics"]?.array ?? document["items"]?.array ?? []
        return items.filter { $0["reason"] == .string(reason) }.map { finding in
            let message = finding["message"]?.string ?? ""
            return String(message.prefix { $0 != "," })
        }
    }

    private let grab = """
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: grab, namespace: evil}
        spec:
          type: ClusterIP
          clusterIP: 10.96.0.66
          clusterIPs: [10.96.0.66]
          externalIPs: [9.9.9.9, 10.0.0.254, 10.0.0.2, 192.0.2.1, 10.96.0.10, 10.244.2.9, 127.0.0.1, 224.0.0.5]
          ports: [{port: 53}]
        ---
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata: {name: grab-1, namespace: evil, labels: {kubernetes.io/service-name: grab}}
        addressType: IPv4
        endpoints: [{addresses: [10.244.1.66], nodeName: n1, conditions: {ready: true}}]
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: kube-dns, namespace: kube-system}
        spec: {type: ClusterIP, clusterIP: 10.96.0.10, clusterIPs: [10.96.0.10], ports: [{port: 53}]}

        """

    @Test func `no Service announces the address of a router, a node, a pod or another Service`()
        async throws
    {
        let plan = try await document(try rack(grab))
        #expect(routes(plan, of: "evil") == ["10.96.0.66/32", "9.9.9.9/32"])
        #expect(routes(plan, of: "shop") == ["192.0.2.1/32"])
        #expect(
            findings(plan, "AddressNotOwned").sorted() == [
                "10.0.0.2 is an address of Node/n2", "10.0.0.254 is the address of the router i/tor",
                "10.244.2.9 lies in the pod network 10.244.2.0/24 of Node/n2",
                "10.96.0.10 belongs to a Service of another namespace", "127.0.0.1 is every host's own (127.0.0.0/8)",
                "192.0.2.1 belongs to a Service of another namespace", "224.0.0.5 is multicast (224.0.0.0/4)",
            ]
        )
        #expect(findings(plan, "NodesCovered") == [])
    }

    @Test func `no Service announces what no proxy serves, even with whenNoEndpoints Advertise`() async throws {
        let services = """
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: headless, namespace: data}
            spec: {type: ClusterIP, clusterIP: None, clusterIPs: [None], externalIPs: [198.51.100.8], ports: [{port: 1}]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: elsewhere, namespace: data}
            spec: {type: ExternalName, externalName: db.example.com, externalIPs: [198.51.100.9, "2001:db8::9"]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: normal, namespace: data}
            spec: {type: ClusterIP, externalIPs: [198.51.100.10], ports: [{port: 1}]}

            """
        let plan = try await document(
            try rack(services, entry: "{addresses: [ExternalIP], whenNoEndpoints: Advertise}")
        )
        #expect(routes(plan, of: "data") == ["198.51.100.10/32"])
        #expect(
            findings(plan, "NotProxied").sorted() == [
                "Service/data/elsewhere of type ExternalName is a name",
                "Service/data/headless is headless (clusterIP None)",
            ]
        )
    }

    @Test func `lint warns of an entry that leaves external addresses to whoever writes a Service`() async throws {
        let open = try await document(try rack("", entry: "{addresses: [ExternalIP]}"), "lint")
        #expect(findings(open, "UnrestrictedExternalIPs") == ["lists ExternalIP without externalIPs"])
        let listed = try rack(grab, entry: "{addresses: [ExternalIP], externalIPs: [203.0.113.0/24, 10.0.0.0/8]}")
        #expect(findings(try await document(listed, "lint"), "UnrestrictedExternalIPs") == [])
        #expect(routes(try await document(listed), of: "evil") == [])
        let none = try await document(try rack(""), "lint")
        #expect(findings(none, "UnrestrictedExternalIPs").count == 1)
        #expect(findings(try await document(TwoNodeManifests().text, "lint"), "UnrestrictedExternalIPs") == [])
    }

    @Test(arguments: [
        ("[ExternalIP], externalIPs: []", "externalIPs"), ("[ExternalIP], externalIPs: [203.0.113.1/24]", "host bits"),
        ("[LoadBalancerIP], externalIPs: [203.0.113.0/24]", "with the address kind ExternalIP only"),
        ("[ExternalIP], externalIPs: [203.0.113.0/24, 203.0.113.0/24]", "externalIPs"),
    ])
    func `a list of networks that selects nothing is refused`(words: String, part: String) async throws {
        let lint = try await document(try rack("", entry: "{addresses: \(words)}"), "lint")
        let messages = (lint["items"]?.array ?? []).filter { $0["severity"] == "Error" }.map { finding in
            "\(finding["field"]?.string ?? "") \(finding["message"]?.string ?? "")"
        }
        #expect(messages.contains { $0.contains(part) }, "\(messages)")
    }

    @Test func `a Service without an address is given the reasons of every pool`() async throws {
        let text = try TwoNodeManifests().text(
            replacing: "{cidr: 192.0.2.0/24}]",
            with: "{cidr: 192.0.2.0/24}], serviceSelector: {matchLabels: {tier: edge}}"
        )
        let plan = try await document(text)
        let found = (plan["diagnostics"]?.array ?? []).filter { $0["object"] == "Service/shop/web" }
        let message = found.compactMap { $0["message"]?.string }.joined()
        #expect(
            message.contains("LoadBalancerIPPool/pool selects tier=edge, which the Service does not match"),
            "\(found)"
        )
    }
}
