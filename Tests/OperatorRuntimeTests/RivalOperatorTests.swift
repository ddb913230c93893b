import BGPResources
import BGPTypes
import FoundationEssentials
import KubeClient
import KubeModel
import TestCluster
import TestSupport
import Testing

/// Two operators that both believe they lead.
///
/// The server is one and the same, so that what they do to each other is real; what each sees of it, and when its writes
/// arrive, is made as bad as can be.
struct RivalOperatorTests {
    @Test(arguments: [1, 2])
    func `two that never see each other's services hand no address out twice`(seed: UInt64) async throws {
        try await TestCluster.with { cluster in
            // Fewer addresses than services, so that both always want the same ones.
            try await cluster.apply(pool("192.0.2.0/26"))
            let history = AddressHistory()
            try await history.during(cluster) {
                let odd = cluster.client(through: Self.blinded(to: "odd", seed: seed))
                let even = cluster.client(through: Self.blinded(to: "even", seed: seed + 100))
                try await running(operatorServices(odd) + operatorServices(even)) {
                    var random = SeededGenerator(seed: seed)
                    for step in 0..<160 {
                        let number = Int.random(in: 0..<90, using: &random)
                        if step > 60, Int.random(in: 0..<3, using: &random) == 0 {
                            try await cluster.client.delete(Service.self, Self.key(number))
                        } else {
                            try await cluster.apply(Self.manifest(number))
                        }
                    }
                    // Which of the two was slower has seen its services go, and their addresses serve the others.
                    for number in 0..<90 { try await cluster.client.delete(Service.self, Self.key(number)) }
                    for number in 100..<164 { try await cluster.apply(Self.manifest(number)) }
                    try await eventually("nothing leaked", is: 64) { history.holders.count }
                }
            }
            #expect(history.faults == [])
            #expect(history.assignments >= 128)
        }
    }

    @Test func `what a deposed leader had under way is refused once the address is another's`() async throws {
        try await TestCluster.with { cluster in
            try await cluster.apply(pool("192.0.2.0/32"))
            let held = Gate()
            let deposed = cluster.client { request in
                if request.method == .patch, request.path.hasSuffix("/services/a/status") { await held.pass() }
                return request
            }
            let history = AddressHistory()
            try await history.during(cluster) {
                try await running(operatorServices(deposed)) {
                    try await cluster.apply(service("a"))
                    // The address is claimed for a, and the write of its status is on its way.
                    await held.arrival()
                    try await running(operatorServices(cluster.recorded().client)) {
                        try await cluster.apply(service("a", type: "ClusterIP"))
                        try await cluster.apply(service("b"))
                        try await eventually("b has the address", is: ["default/b"]) {
                            history.holders["192.0.2.0"]?.map(\.description) ?? []
                        }
                        held.open()
                        // The deposed one is alive and sees what comes after.
                        try await cluster.client.delete(Service.self, ObjectKey(namespace: "default", name: "b"))
                        try await cluster.apply(service("c"))
                        try await eventually("c has the address", is: ["default/c"]) {
                            history.holders["192.0.2.0"]?.map(\.description) ?? []
                        }
                    }
                }
            }
            #expect(history.faults == [])
        }
    }

    @Test func `one of two simultaneous claims is refused, and its service gets the next address`()
        async throws
    {
        try await TestCluster.with { cluster in
            try await cluster.apply(pool("192.0.2.0/31"))
            try await cluster.apply(service("a"))
            try await cluster.apply(service("b"))
            let both = Gate(letsGoAt: 2)
            let clients = ["a", "b"].map { name in
                cluster.client { request in
                    if request.method == .post, request.path.hasSuffix("/configmaps") { await both.pass() }
                    guard request.path == "/api/v1/services" else { return request }
                    var request = request
                    request.query.append(.init("fieldSelector", "metadata.name=\(name)"))
                    return request
                }
            }
            let history = AddressHistory()
            try await history.during(cluster) {
                try await running(operatorServices(clients[0]) + operatorServices(clients[1])) {
                    try await eventually("each has one", is: ["192.0.2.0", "192.0.2.1"]) {
                        history.holders.keys.sorted()
                    }
                }
            }
            #expect(history.faults == [])
            #expect(history.assignments == 2)
        }
    }

    private static func key(_ number: Int) -> ObjectKey { ObjectKey(namespace: "default", name: "s\(number)") }

    /// Two families of services, and some that share.
    private static func manifest(_ number: Int) -> String {
        let sharing = number % 5 == 0 && number < 100
        return """
            apiVersion: v1
            kind: Service
            metadata:
              name: s\(number)
              namespace: default
              labels: {half: \(number.isMultiple(of: 2) ? "even" : "odd")}
              annotations: {\(sharing ? "martlet.dev/sharing-key: k" : "")}
            spec:
              type: LoadBalancer
              selector: {app: web}
              ports: [{name: http, port: \(80 + number / 5 % 2), protocol: TCP}]

            """
    }

    /// Sees only the services of one half, and sends everything late by a random time.
    private static func blinded(to half: String, seed: UInt64) -> @Sendable (KubeRequest) async throws -> KubeRequest {
        let delays = Delays(seed: seed)
        return { request in
            var request = request
            if request.path == "/api/v1/services" { request.query.append(.init("labelSelector", "half=\(half)")) }
            if request.method != .get { try await Task.sleep(for: delays.next()) }
            return request
        }
    }
}
