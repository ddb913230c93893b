import BGPTypes
import Synchronization
import TestSupport

extension Topology {
    /// Every different pair of tables that the router showed while `body` ran, asked without a pause.
    func tables(while body: () async throws -> Void) async throws -> Set<[RouterTable]> {
        let isOver = Mutex(false)
        async let seen = tables(until: { isOver.withLock { $0 } })
        do {
            try await body()
        } catch {
            isOver.withLock { $0 = true }
            _ = try? await seen
            throw error
        }
        isOver.withLock { $0 = true }
        return try await seen
    }

    private func tables(until isOver: @Sendable () -> Bool) async throws -> Set<[RouterTable]> {
        var seen: Set<[RouterTable]> = []
        repeat {
            seen.insert([try await table(.ipv4), try await table(.ipv6)])
        } while !isOver()
        return seen
    }
}
