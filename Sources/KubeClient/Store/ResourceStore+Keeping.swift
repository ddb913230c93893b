import KubeModel
import LogKeys
import Logging
import Signals

extension ResourceStore {
    /// Ends deleted objects when their time is over, and tells the log of deletions, until cancelled.
    func keepDeletions(_ logger: Logger) async throws {
        guard let keeping else { return }
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { for await _ in keeping.changes.changes() { self.tell(logger) } }
            group.addTask { try await self.end(keeping, on: keeping.patience.clock) }
        }
    }

    private func end(_ keeping: DeletionKeeping<Object>, on clock: some Clock<Duration>) async throws {
        for await _ in keeping.changes.changes() {
            while true {
                // Read first: should the clock go on before the sleep begins, that ends no later for it.
                let now = clock.now
                guard let pause = nextDeletion else { break }
                let next = look { $0.held?.next }
                // What is deleted meanwhile may be due before.
                try await withThrowingTaskGroup(of: Void.self) { group in
                    defer { group.cancelAll() }
                    group.addTask { try await clock.sleep(until: now.advanced(by: pause), tolerance: nil) }
                    group.addTask { try await keeping.changes.wait { self.look { $0.held?.next } != next } }
                    try await group.next()
                }
                if nextDeletion == .zero { passDeletions() }
            }
        }
    }

    private func tell(_ logger: Logger) {
        for news in takeDeletionNews() {
            switch news {
            case .waits(let deletion):
                logger.notice("\(deletion.message)", metadata: [.object: "\(deletion.object)"])
            case .replaced(let object):
                logger.notice(
                    "an object that was deleted is there again, so that what it asks for goes on",
                    metadata: [.object: "\(object)"]
                )
            case .carriedOut(let object):
                logger.notice(
                    "an object was deleted and nothing came in its place, so what it asked for ends",
                    metadata: [.object: "\(object)"]
                )
            }
        }
    }
}
