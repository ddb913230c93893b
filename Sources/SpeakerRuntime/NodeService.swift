import KubeClient
import Planning
import ServiceLifecycle
import Signals

/// Runs a node's driver and the errands of its controller.
struct NodeService: ServiceLifecycle.Service {
    let driver: NodeDriver
    let others: OtherNodes
    let clock: any Clock<Duration>

    func run() async throws {
        try await untilShutdown {
            try await withThrowingDiscardingTaskGroup { group in
                group.addTask { try await driver.follow() }
                group.addTask {
                    for await _ in others.signal.changes() where others.isRead { await driver.submit(.othersChanged) }
                }
                for await errand in driver.errands.all {
                    group.addTask { try await run(errand) }
                }
            }
        }
    }

    private func run(_ errand: NodeErrands.Errand) async throws {
        switch errand {
        case .sleep(let timer, let duration, let serial):
            // Looks at other nodes are spared for the machine's sake, whatever the clock of the node says.
            let clock: any Clock<Duration> = timer == .drain(.look) ? ContinuousClock() : clock
            try await clock.sleep(for: duration)
            await driver.fire(timer, serial: serial)
        case .findListener(let places):
            var found: DatapathPlace?
            for place in places where found == nil {
                if await TCPProbe(host: place.host, port: place.program.port).isAccepted() { found = place }
            }
            // What was given up at the end of the program says nothing of the data path.
            try Task.checkCancellation()
            await driver.submit(.listenerFound(found))
        case .ask(let question):
            let probe = HTTPProbe(url: question.url, headers: question.headers.map { ($0.name, $0.value) })
            let problem = await probe.problem()
            try Task.checkCancellation()
            await driver.submit(.dataPathAnswered(problem: problem))
        case .findLastAnnounced(let own, let look):
            guard let others = others.inService(beside: own) else { return }
            let prefixes = lastAnnounced(
                by: own,
                others: others,
                services: driver.stores.services.snapshot.objects,
                endpointSlices: driver.stores.endpointSlices.snapshot.objects
            )
            await driver.submit(.lastAnnounced(prefixes, look: look))
        }
    }
}
