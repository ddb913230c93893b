import KubeClient
import ServiceLifecycle

/// Looks at the node's devices and default routes every few seconds and tells the loop when they differ.
///
/// Two small tables are read; a netlink subscription would save nothing that can be measured.
struct NetworkWatch: Service {
    let signal: ChangeSignal

    static let interval: Duration = .seconds(5)

    func run() async throws {
        try await untilShutdown {
            var known = NodeNetwork.read()
            while true {
                try await Task.sleep(for: Self.interval)
                let present = NodeNetwork.read()
                guard present != known else { continue }
                known = present
                signal.notify()
            }
        }
    }
}
