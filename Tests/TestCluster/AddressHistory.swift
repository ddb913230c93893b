import FoundationEssentials
import KubeClient
import KubeJSON
package import KubeModel
import Synchronization

/// Follows every version of every Service, one after the other, and notes whenever an address is where it must not be.
///
/// It knows nothing of the allocator: of two Services with one address at the same moment it asks for the same sharing
/// key and no port in common, and that an address stays as long as the Service's spec and annotations do.
package final class AddressHistory: Sendable {
    private struct Seen {
        var addresses: [String]
        var key: String?
        var ports: Set<Int32>
        var wish: Service
    }

    private struct State {
        var services: [ObjectKey: Seen] = [:]
        var faults: [String] = []
        var assignments = 0
    }

    private let state = Mutex(State())

    /// Nothing seen yet.
    package init() {}

    /// What went wrong so far.
    package var faults: [String] { state.withLock(\.faults) }

    /// How often a Service got an address.
    package var assignments: Int { state.withLock(\.assignments) }

    /// Who has which addresses now.
    package var holders: [String: [ObjectKey]] {
        state.withLock { state in
            var holders: [String: [ObjectKey]] = [:]
            for (key, seen) in state.services {
                for address in seen.addresses { holders[address, default: []].append(key) }
            }
            return holders
        }
    }

    /// Follows the Services of a cluster for as long as `body` runs.
    package func during(_ cluster: TestCluster, _ body: @Sendable () async throws -> Void) async throws {
        let list = try await cluster.client.list(Service.self)
        for service in list.items { note(service) }
        let request = KubeRequest.watch(Service.type, from: list.resourceVersion, timeout: .seconds(3600))
        let stream = try await cluster.client.open(request)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { [self] in
                var rest: [UInt8] = []
                for try await piece in stream.pieces {
                    rest += piece
                    var lines = rest.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
                    rest = Array(lines.removeLast())
                    for line in lines where !line.isEmpty { try take(Array(line)) }
                }
            }
            defer { tasks.cancelAll() }
            try await body()
        }
    }

    private struct Event: Decodable {
        var type: String
        var object: JSONValue
    }

    private func take(_ line: [UInt8]) throws {
        let event = try JSON.decode(Event.self, from: Data(line))
        switch event.type {
        case "ADDED", "MODIFIED": note(try JSON.decode(Service.self, from: event.object))
        case "DELETED":
            let service = try JSON.decode(Service.self, from: event.object)
            state.withLock { $0.services[service.key] = nil }
        default: return
        }
    }

    private func note(_ service: Service) {
        var wish = service
        wish.status = nil
        wish.metadata = ObjectMeta(name: service.metadata.name, annotations: service.metadata.annotations)
        let seen = Seen(
            addresses: (service.status?.loadBalancer?.ingress ?? []).compactMap(\.ip),
            key: service.metadata.annotations?["martlet.dev/sharing-key"],
            ports: Set((service.spec.ports ?? []).map(\.port)),
            wish: wish
        )
        state.withLock { state in
            let old = state.services.updateValue(seen, forKey: service.key)
            if let old, old.wish == wish, !Set(old.addresses).isSubset(of: seen.addresses) {
                state.faults.append("\(service.key) went from \(old.addresses) to \(seen.addresses)")
            }
            if Set(old?.addresses ?? []) != Set(seen.addresses), !seen.addresses.isEmpty { state.assignments += 1 }
            for address in seen.addresses where !(old?.addresses ?? []).contains(address) {
                for (key, other) in state.services where key != service.key && other.addresses.contains(address) {
                    let isShared = seen.key != nil && seen.key == other.key && seen.ports.isDisjoint(with: other.ports)
                    if !isShared { state.faults.append("\(address) is given to \(service.key) while \(key) has it") }
                }
            }
        }
    }
}
