import AdminServer
import Glibc
import LogKeys
import Logging
import PlainText
import Planning
import ServiceLifecycle
import SpeakerAPI

/// The speaker's pages on a Unix socket in its state directory, for `kubectl bgp peers --local`.
///
/// They are for the speaker's own user, and for root: the socket lies in a folder that no other user can enter. Where that cannot be
/// had the speaker runs on without, and says so.
struct LocalPages: ServiceLifecycle.Service {
    let directory: String
    let pages: [AdminPage]
    let metrics: MetricsRegistry
    let logger: Logger

    func run() async throws {
        let path = LocalSocket.path(in: directory)
        do {
            try prepare()
            try await LocalServer(path: path, pages: pages, metrics: metrics, logger: logger).run()
            _ = unlink(path)
        } catch {
            logger.warning(
                "the state is not served on this node's own socket",
                metadata: [.socket: "\(path)", .reasonMessage: "\("\(error)".asMessage)"]
            )
            // The end of a service is the end of the program.
            try? await gracefulShutdown()
        }
    }

    private func prepare() throws {
        let state = try StateDirectory(directory, isMade: true)
        try state.makePrivateFolder(LocalSocket.folder)
    }
}
