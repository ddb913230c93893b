import BGPResources
import KubeClient
import KubeModel
import Synchronization
import TestCluster
import TestSupport
import Testing

/// A Service whose status the API server does not take, such as one that would become too large.
struct RefusedStatusTests {
    private func addresses(_ cluster: TestCluster, _ name: String) async throws -> [String] {
        let service = try await cluster.client.get(Service.self, ObjectKey(namespace: "default", name: name))
        return (service.status?.loadBalancer?.ingress ?? []).compactMap(\.ip)
    }

    @Test func `a refused status delays no other service, and its tenant gets an event`() async throws {
        try await TestCluster.with { cluster in
            try await cluster.apply(pool("192.0.2.0/24"))
            try await cluster.apply(service("big"))
            let tries = Mutex(0)
            let client = cluster.client { request in
                guard request.path.hasSuffix("/services/big/status") else { return request }
                tries.withLock { $0 += 1 }
                throw KubeError(.refused, "Request entity too large: limit is 1572864")
            }
            try await running(operatorServices(client)) {
                try await eventually("it was tried", is: true) { tries.withLock(\.self) > 0 }
                for number in 0..<20 {
                    try await cluster.apply(service("s\(number)"))
                    try await eventually("s\(number) has an address", is: 1) {
                        try await addresses(cluster, "s\(number)").count
                    }
                }
                #expect(try await addresses(cluster, "big") == [])
                // Not once for each of the others: it has pauses of its own.
                #expect(tries.withLock(\.self) < 10)
                try await eventually("an event says so", is: true) {
                    try await cluster.client.list(Event.self).items.contains {
                        $0.reason == "StatusRefused" && $0.regarding.name == "big"
                    }
                }
                let before = tries.withLock(\.self)
                try await eventually("it is tried again, though nothing changes", is: true) {
                    tries.withLock(\.self) > before
                }
            }
        }
    }
}
