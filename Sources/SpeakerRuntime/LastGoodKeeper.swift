import FoundationEssentials
import Glibc
import KubeModel
package import Logging
import ServiceLifecycle
import Synchronization

/// Keeps the last good state in a file of the node, so that a restart during an outage of the API loses nothing.
///
/// Writing is put off and happens at most once in a few seconds and once at the end, since a burst of changes must not
/// become a burst of large files.
package final class LastGoodKeeper: ServiceLifecycle.Service {
    private let directory: String
    private let path: String
    private let logger: Logger
    private let pending = Mutex<LastGood?>(nil)

    /// How long changes are gathered.
    static let interval: Duration = .seconds(2)

    /// Keeps the state of a node in a directory; nothing is read or written yet.
    package init(directory: String, node: String, logger: Logger) {
        self.directory = directory
        path = "\(directory)/last-good-\(node).json"
        self.logger = logger
    }

    /// Notes a state to be written soon.
    package func keep(_ state: LastGood) {
        pending.withLock { $0 = state }
    }

    /// What an earlier run left, if it can be read.
    package func load() -> LastGood? {
        guard let data = try? Data(contentsOf: URL(filePath: path)) else { return nil }
        do {
            return try JSON.decode(LastGood.self, from: data)
        } catch {
            logger.error("the last good state cannot be read", metadata: ["file": "\(path)", "error": "\(error)"])
            return nil
        }
    }

    /// Whether an earlier run left a state.
    package var hasState: Bool { access(path, R_OK) == 0 }

    /// Writes what was noted, every now and then and at the end.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: Self.interval)
                self.write()
            }
        }
        write()
    }

    private func write() {
        let state = pending.withLock { pending -> LastGood? in
            defer { pending = nil }
            return pending
        }
        guard let state else { return }
        do {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            try writeAtomically(JSON.encode(state))
        } catch {
            logger.error("the last good state cannot be written", metadata: ["file": "\(path)", "error": "\(error)"])
        }
    }

    /// A new file takes the old one's place whole, so that a crash leaves one or the other.
    private func writeAtomically(_ data: Data) throws {
        let temporary = "\(path).new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw FileError(step: "open", code: errno) }
        defer { close(descriptor) }
        // A file that lay there already keeps its own mode otherwise.
        guard fchmod(descriptor, 0o600) == 0 else { throw FileError(step: "fchmod", code: errno) }
        var rest = data[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { throw FileError(step: "write", code: errno) }
            rest = rest.dropFirst(count)
        }
        guard fsync(descriptor) == 0 else { throw FileError(step: "fsync", code: errno) }
        guard rename(temporary, path) == 0 else { throw FileError(step: "rename", code: errno) }
    }
}

/// A system call on the state file that failed.
private struct FileError: Error, CustomStringConvertible {
    let step: String
    let code: Int32

    var description: String { "\(step): \(String(cString: strerror(code)))" }
}
