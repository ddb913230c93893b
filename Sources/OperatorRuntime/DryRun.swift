import FoundationEssentials
import KubeClient
import KubeModel
import PlainText
import Planning
import ServiceLifecycle
import Signals

/// Renders after every change and shows the result, without an API server to write to.
struct DryRun: ServiceLifecycle.Service {
    let stores: OperatorStores
    let settings: ClusterSettings
    let board: LastRendering

    func run() async throws {
        try await untilShutdown {
            for await _ in stores.set.signal.changes() where stores.set.isReady {
                board.show(render(stores.snapshot(settings), now: Timestamp(Date())))
            }
        }
    }
}
