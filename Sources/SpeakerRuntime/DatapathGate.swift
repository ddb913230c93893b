import KubeClient
import Logging
import PlainText
import Planning
import ServiceLifecycle

/// Opens the gate of the data path once the node can forward what it attracts, and leaves it open.
///
/// It is a gate for the start alone: a probe that fails later says that kube-proxy is ill, not that its rules are gone,
/// and withdrawing every service for that would be the greater harm.
struct DatapathGate: Service {
    let probe: HTTPProbe
    let loop: SpeakerLoop
    let logger: Logger

    /// How often the probe asks until the answer is yes.
    static let interval: Duration = .milliseconds(500)

    func run() async throws {
        try await untilShutdown {
            var shown: String?
            while let problem = await probe.problem()?.asMessage {
                if problem != shown { logger.info("waiting for the data path", metadata: ["seen": "\(problem)"]) }
                shown = problem
                await loop.setDataPath(.notReady(problem))
                try await Task.sleep(for: Self.interval)
            }
            await loop.setDataPath(.ready)
        }
        try? await gracefulShutdown()
    }
}
