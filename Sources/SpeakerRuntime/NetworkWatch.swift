import KubeClient
import ServiceLifecycle

/// Looks at the node's devices and default routes every few seconds and tells the loop.
///
/// Two small tables are read; a netlink subscription would save nothing that can be measured.
struct NetworkWatch: Service {
    let loop: SpeakerLoop

    static let interval: Duration = .seconds(5)

    func run() async throws {
        try await untilShutdown {
            while true {
                await loop.setNetwork(NodeNetwork.read())
                try await Task.sleep(for: Self.interval)
            }
        }
    }
}
