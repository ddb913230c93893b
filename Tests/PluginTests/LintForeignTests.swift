import FoundationEssentials
import KubeModel
import TestSupport
import Testing
import kubectl_bgp

/// What manifests say in the words of other implementations, and what they say where nobody looks.
struct LintForeignTests {
    /// A Service that has nothing wrong, with a line among its metadata and one in its spec.
    private static func service(metadata: String = "", spec: String = "") -> String {
        """
        apiVersion: v1
        kind: Service
        metadata:
          name: dns
          namespace: shop
          \(metadata)
        spec:
          type: LoadBalancer
          \(spec)
          selector: {app: dns}
          ports: [{port: 53, protocol: UDP}]

        """
    }

    private static func findings(_ text: String) async throws -> (told: [String], status: kubectl_bgp.ExitStatus) {
        let files = try TemporaryDirectory("lint")
        let path = try files.write(text, to: "f.yaml")
        let outcome = await run("lint", "-f", path)
        return (outcome.output.split(separator: "\n").map { String($0).replacing(path, with: "f") }, outcome.status)
    }

    @Test(arguments: [
        (
            "labels: {martlet.dev/sharing-key: dns}",
            "f:6:37: warning: Service/shop/dns: metadata.labels[martlet.dev/sharing-key]: this is an annotation and does "
                + "nothing as a label; write it in metadata.annotations (AnnotationAsLabel)"
        ),
        (
            "labels: {lbipam.cilium.io/ips: 192.0.2.1}",
            "f:6:34: warning: Service/shop/dns: metadata.labels[lbipam.cilium.io/ips]: this is an annotation and does "
                + "nothing as a label; write it in metadata.annotations (AnnotationAsLabel)"
        ),
        (
            "labels: {metallb.io/allow-shared-ip: dns}",
            "f:6:40: warning: Service/shop/dns: metadata.labels[metallb.io/allow-shared-ip]: this is an annotation of "
                + "another implementation, and does nothing as a label (AnnotationAsLabel)"
        ),
        (
            "annotations: {metallb.universe.tf/allow-shared-ip: dns}",
            "f:6:54: warning: Service/shop/dns: metadata.annotations[metallb.universe.tf/allow-shared-ip]: this is for "
                + "MetalLB, and Martlet does not read it; write martlet.dev/sharing-key (ForeignAnnotation)"
        ),
        (
            "annotations: {metallb.io/loadBalancerIPs: 192.0.2.53}",
            "f:6:45: warning: Service/shop/dns: metadata.annotations[metallb.io/loadBalancerIPs]: this is for MetalLB, and "
                + "Martlet does not read it; write martlet.dev/ips (ForeignAnnotation)"
        ),
        (
            "annotations: {metallb.io/address-pool: public}",
            "f:6:42: warning: Service/shop/dns: metadata.annotations[metallb.io/address-pool]: this is for MetalLB, and "
                + "Martlet does not read it; write martlet.dev/pool (ForeignAnnotation)"
        ),
        (
            "annotations: {kube-vip.io/loadbalancerIPs: 192.0.2.53}",
            "f:6:46: warning: Service/shop/dns: metadata.annotations[kube-vip.io/loadbalancerIPs]: this is for kube-vip, "
                + "and Martlet does not read it; write martlet.dev/ips (ForeignAnnotation)"
        ),
        (
            "annotations: {kube-vip.io/egress: \"true\"}",
            "f:6:37: warning: Service/shop/dns: metadata.annotations[kube-vip.io/egress]: this is for kube-vip, and "
                + "Martlet does not read it (ForeignAnnotation)"
        ),
        (
            "annotations: {lbipam.cilium.io/sharingkey: dns}",
            "f:6:46: warning: Service/shop/dns: metadata.annotations[lbipam.cilium.io/sharingkey]: nobody reads this "
                + "annotation, did you mean lbipam.cilium.io/sharing-key? (UnknownAnnotation)"
        ),
        (
            "annotations: {io.cilium/lb-ipam-ip: 192.0.2.53}",
            "f:6:39: warning: Service/shop/dns: metadata.annotations[io.cilium/lb-ipam-ip]: nobody reads this annotation, "
                + "did you mean io.cilium/lb-ipam-ips? (UnknownAnnotation)"
        ),
        (
            "annotations: {martlet.dev/drain: \"true\"}",
            "f:6:36: warning: Service/shop/dns: metadata.annotations[martlet.dev/drain]: this annotation is read of a Node, and "
                + "not of a Service (UnknownAnnotation)"
        ),
        (
            "anotations: {martlet.dev/sharing-key: dns}",
            "f:6:3: warning: Service/shop/dns: metadata.anotations: unknown field, did you mean annotations? (UnknownField)"
        ),
    ])
    func `unused metadata is reported`(metadata: String, finding: String) async throws {
        let (told, status) = try await Self.findings(Self.service(metadata: metadata))
        #expect(told == [finding])
        #expect(status == .findings)
    }

    @Test(arguments: [
        (
            "annotations: {martlet.dev/sharing-key: dns}",
            "spec.annotations: unknown field, did you mean metadata.annotations? (UnknownField)"
        ),
        ("labels: {a: b}", "spec.labels: unknown field, did you mean metadata.labels? (UnknownField)"),
        (
            "externalTraficPolicy: Local",
            "spec.externalTraficPolicy: unknown field, did you mean externalTrafficPolicy? (UnknownField)"
        ),
        (
            "sessionAffinityConfig: {clientIP: {timeout: 5}}",
            "spec.sessionAffinityConfig.clientIP.timeout: unknown field, did you mean timeoutSeconds? (UnknownField)"
        ),
        (
            "loadBalancerClass: metallb",
            "spec.loadBalancerClass: metallb belongs to another implementation, so this Service gets no address and is not "
                + "announced; leave it unset or write martlet.dev/bgp (ForeignLoadBalancerClass)"
        ),
        (
            "loadBalancerClass: kube-vip.io/kube-vip-class",
            "spec.loadBalancerClass: kube-vip.io/kube-vip-class belongs to another implementation, so this Service gets no "
                + "address and is not announced; leave it unset or write martlet.dev/bgp (ForeignLoadBalancerClass)"
        ),
    ])
    func `foreign fields and classes are reported`(spec: String, finding: String) async throws {
        let (told, status) = try await Self.findings(Self.service(spec: spec))
        #expect(told.count == 1)
        #expect(told.first?.hasSuffix(finding) == true, "\(told)")
        #expect(told.first?.contains("warning: Service/shop/dns: ") == true)
        #expect(status == .findings)
    }

    @Test func `everything that Kubernetes has in a Service, a Node and the rest is known`() async throws {
        let text = """
            apiVersion: v1
            kind: Service
            metadata:
              name: web
              namespace: shop
              uid: 6f0f
              generation: 1
              resourceVersion: "5"
              managedFields: [{manager: kubectl}]
              labels: {app: web}
              annotations: {martlet.dev/ips: 192.0.2.1, lbipam.cilium.io/sharing-key: a, kubectl.kubernetes.io/x: z}
            spec:
              allocateLoadBalancerNodePorts: false
              clusterIP: 10.96.0.1
              clusterIPs: [10.96.0.1]
              externalTrafficPolicy: Local
              healthCheckNodePort: 30000
              internalTrafficPolicy: Cluster
              ipFamilies: [IPv4]
              ipFamilyPolicy: SingleStack
              loadBalancerSourceRanges: [192.0.2.0/24]
              ports: [{name: http, appProtocol: http, port: 80, protocol: TCP, targetPort: web, nodePort: 30080}]
              publishNotReadyAddresses: false
              selector: {app: web, any: thing}
              sessionAffinity: ClientIP
              sessionAffinityConfig: {clientIP: {timeoutSeconds: 10}}
              trafficDistribution: PreferClose
              type: LoadBalancer
            status:
              loadBalancer: {ingress: [{ip: 192.0.2.1, ipMode: VIP, ports: [{port: 80, protocol: TCP}]}]}
              conditions: [{type: A, status: "True", reason: B, message: c, lastTransitionTime: "2026-01-01T00:00:00Z"}]
            ---
            apiVersion: v1
            kind: Node
            metadata: {name: n1, labels: {a: b}, annotations: {martlet.dev/drain: "false", node.alpha.kubernetes.io/ttl: "0"}}
            spec: {podCIDR: 10.244.1.0/24, podCIDRs: [10.244.1.0/24], providerID: x, unschedulable: true,
                   taints: [{key: a, effect: NoSchedule, timeAdded: "2026-01-01T00:00:00Z"}]}
            status:
              addresses: [{type: InternalIP, address: 10.0.0.1}]
              allocatable: {cpu: "2"}
              capacity: {cpu: "2"}
              conditions: [{type: Ready, status: "True", lastHeartbeatTime: "2026-01-01T00:00:00Z"}]
              daemonEndpoints: {kubeletEndpoint: {Port: 10250}}
              images: [{names: [a], sizeBytes: 1}]
              nodeInfo: {architecture: amd64}
            ---
            apiVersion: discovery.k8s.io/v1
            kind: EndpointSlice
            metadata: {name: web-1, namespace: shop, labels: {kubernetes.io/service-name: web}}
            addressType: IPv4
            ports: [{name: http, port: 80, protocol: TCP, appProtocol: http}]
            endpoints:
              - {addresses: [10.244.1.9], nodeName: n1, zone: a, hostname: b, conditions: {ready: true, serving: true},
                 targetRef: {kind: Pod, name: web-0}, hints: {forZones: [{name: a}]}}
            ---
            apiVersion: v1
            kind: Secret
            metadata: {name: s, namespace: shop}
            type: Opaque
            immutable: true
            stringData: {a: b}

            """
        let (told, status) = try await Self.findings(text)
        #expect(told == [])
        #expect(status == .success)
    }

    @Test func `unknown fields of a Node are reported`() async throws {
        let text = """
            apiVersion: v1
            kind: Node
            metadata: {name: n1, labels: {martlet.dev/drain: "true"}}
            spec: {podCidrs: [10.244.1.0/24], taint: []}
            status: {adresses: [{type: InternalIP, address: 10.0.0.1}]}

            """
        let (told, status) = try await Self.findings(text)
        #expect(
            told == [
                "f:3:50: warning: Node/n1: metadata.labels[martlet.dev/drain]: this is an annotation and does nothing as a "
                    + "label; write it in metadata.annotations (AnnotationAsLabel)",
                "f:4:8: warning: Node/n1: spec.podCidrs: unknown field, did you mean podCIDRs? (UnknownField)",
                "f:5:10: warning: Node/n1: status.adresses: unknown field, did you mean addresses? (UnknownField)",
            ]
        )
        #expect(status == .findings)
    }

    @Test(arguments: [
        (
            "cilium.io/v2alpha1", "CiliumL2AnnouncementPolicy",
            "this is for Cilium; Martlet has nothing in its place: addresses are announced over BGP alone, not by ARP and ND"
        ),
        (
            "metallb.io/v1beta1", "IPAddressPool",
            "this is for MetalLB; for Martlet write a LoadBalancerIPPool of martlet.dev/v2 instead"
        ),
        (
            "metallb.io/v1beta2", "BGPPeer",
            "this is for MetalLB; for Martlet write a BGPClusterConfig, a BGPPeerConfig of martlet.dev/v2 instead"
        ),
        (
            "metallb.io/v1beta1", "BGPAdvertisement",
            "this is for MetalLB; for Martlet write a BGPAdvertisement of martlet.dev/v2 instead"
        ),
        (
            "metallb.io/v1beta1", "L2Advertisement",
            "this is for MetalLB; Martlet has nothing in its place: addresses are announced over BGP alone, not by ARP and ND"
        ),
        (
            "metallb.io/v1beta1", "BFDProfile",
            "this is for MetalLB; Martlet has nothing in its place: sessions have no BFD; a short hold time finds a dead router"
        ),
    ])
    func `foreign kinds are reported, with what to write instead`(version: String, kind: String, advice: String)
        async throws
    {
        let text = "apiVersion: \(version)\nkind: \(kind)\nmetadata: {name: x}\nspec: {}\n"
        let (told, status) = try await Self.findings(text)
        #expect(told == ["f:1:13: warning: \(kind)/x: apiVersion: \(advice) (UnreadManifest)"])
        #expect(status == .findings)
    }

    @Test func `unrelated kinds are left alone`() async throws {
        let text = "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: x}\n"
        let (told, status) = try await Self.findings(text)
        #expect(told == ["info: no object is of a kind that is looked at here (MissingObjects)"])
        #expect(status == .success)
    }

    @Test(arguments: ["10.0.0.254/32", "10.0.0.254/24", "2001:db8::1/128", "fe80::1%eth0/64"])
    func `an address with a mask is reported`(address: String) async throws {
        let text = """
            apiVersion: martlet.dev/v2
            kind: BGPClusterConfig
            metadata: {name: rack}
            spec:
              bgpInstances: [{name: i, localASN: 65001, peers: [{name: tor, peerAddress: "\(address)", peerASN: 65000}]}]

            """
        let (told, status) = try await Self.findings(text)
        #expect(told.count == 1)
        #expect(
            told.first?.hasSuffix("found \"\(address)\"; drop the mask: \(address.prefix { $0 != "/" }) (InvalidField)")
                == true
        )
        #expect(status == .failure)
    }

    @Test(arguments: ["cidrs", "addresses", "ranges"])
    func `blocks of a pool have one name`(field: String) async throws {
        let text = """
            apiVersion: martlet.dev/v2
            kind: LoadBalancerIPPool
            metadata: {name: public}
            spec:
              \(field): [{cidr: 192.0.2.0/24}]

            """
        let (told, _) = try await Self.findings(text)
        #expect(
            told == [
                "f:5:3: error: LoadBalancerIPPool/public: spec.\(field): unknown field, did you mean blocks? (UnknownField)"
            ]
        )
    }
}
