import BGPEngine
import BGPTransport
import KubeClient
import LogKeys
import Logging
import Pacing
import Planning
import ServiceLifecycle

/// Follows the node's devices, addresses and default routes as the kernel reports them, and hands them on: to the driver,
/// and to the sessions, whose next hops follow at once.
struct NetworkWatch: Service {
    let driver: NodeDriver
    let speaker: BGPServer
    let network: @Sendable (@escaping @Sendable (HostNetwork) async -> Void) async throws -> Void
    let clock: any Clock<Duration>
    let logger: Logger

    func run() async throws {
        try await untilShutdown {
            let backoff = Backoff()
            var attempt = 0
            while true {
                do {
                    try await network { network in
                        // First whose they are, so that none of a Service is named.
                        await driver.submit(.networkChanged(network))
                        speaker.follow(network.devices)
                    }
                } catch let interruption as NetworkMonitor.Interrupted {
                    attempt += 1
                    // More than can be read in time is no fault, and is read anew.
                    logger.log(
                        level: attempt == 1 ? .notice : .debug,
                        "the node's addresses and routes are read anew",
                        metadata: [.reasonSeen: "\(interruption)"]
                    )
                }
                var generator = SystemRandomNumberGenerator()
                try await clock.sleep(for: backoff.delay(after: attempt, using: &generator))
            }
        }
    }
}
