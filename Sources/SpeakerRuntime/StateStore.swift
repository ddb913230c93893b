import FoundationEssentials
import KubeClient
import KubeJSON
import KubeModel
import LogKeys
package import Logging
package import Planning
import ServiceLifecycle
import Signals
import Synchronization

/// Keeps the last good state in a file of the node, so that a restart during an outage of the API loses nothing.
///
/// The first state is written at once, so that even a speaker that crashes soon after its first start is known to have run
/// and comes back as one that restarted. Then writing happens at most once in a few seconds and once at the end, since a
/// burst of changes must not become a burst of large files; `StateFiles` says what.
///
/// Nothing is read from or written to a directory that others than its owner may change: the state has the passwords, and
/// what it says is announced. The speaker runs on without, and says so.
package final class StateStore: ServiceLifecycle.Service {
    private let directory: String
    private let file: String
    private let journalFile: String
    private let interval: Duration
    private let logger: Logger
    private let refused = Mutex<String?>(nil)
    private let pending = Mutex<SavedState?>(nil)
    private let files = Mutex(StateFiles())
    /// Hears whenever a state is noted.
    private let noted = ChangeSignal()

    /// Keeps the state of a node in a directory; nothing is read or written yet.
    ///
    /// `interval` is how long changes are gathered after each time of writing.
    package init(directory: String, node: String, interval: Duration = .seconds(2), logger: Logger) {
        self.directory = directory
        self.interval = interval
        file = "last-good-\(node).json"
        journalFile = "last-good-\(node).journal"
        self.logger = logger
    }

    /// Notes a state to be written soon; of several noted meanwhile the last is written.
    package func keep(_ state: SavedState) {
        pending.withLock { $0 = state }
        noted.notify()
    }

    /// What an earlier run left, if it can be read.
    package func load() -> SavedState? {
        do {
            let directory = try open(isMade: false)
            let data = try directory.read(file)
            let state = try JSON.decode(SavedState.self, from: data)
            guard let journal = try? directory.read(journalFile) else { return state }
            return StateJournal.apply(journal, continuing: data, to: state)
        } catch StateDirectory.Fault.missing {
            return nil
        } catch let fault as BoundedFile.Fault where fault.isAbsence {
            return nil
        } catch {
            tell("the last good state cannot be read", error)
            return nil
        }
    }

    /// Whether an earlier run left a state.
    package var hasState: Bool {
        do {
            return try open(isMade: false).has(file)
        } catch {
            return false
        }
    }

    /// Why nothing is kept, if the directory is not to be trusted.
    package var refusal: String? {
        refused.withLock { $0 }.map { "nothing is kept for a restart in \(directory): \($0)" }
    }

    private func open(isMade: Bool) throws -> StateDirectory {
        do {
            let opened = try StateDirectory(directory, isMade: isMade)
            refused.withLock { $0 = nil }
            return opened
        } catch let fault as StateDirectory.Fault where fault.isRefusal {
            let isNews = refused.withLock { refused in
                defer { refused = fault.description }
                return refused != fault.description
            }
            if isNews {
                logger.error(
                    "the state directory is not used",
                    metadata: [.directory: "\(directory)", .error: "\(fault)"]
                )
            }
            throw fault
        }
    }

    /// Logs a failure, unless it is that of the directory, which is logged once.
    private func tell(_ message: Logger.Message, _ error: any Error) {
        if let fault = error as? StateDirectory.Fault, fault.isRefusal { return }
        logger.error(message, metadata: [.file: "\(directory)/\(file)", .error: "\(error)"])
    }

    /// Writes what was noted, at once and then every now and then, and at the end.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            for await _ in self.noted.changes() where self.write() {
                try? await Task.sleep(for: self.interval)
            }
        }
        write()
    }

    /// Writes what is noted; false when nothing is.
    @discardableResult
    private func write() -> Bool {
        let noted = pending.withLock { pending -> SavedState? in
            defer { pending = nil }
            return pending
        }
        guard let noted else { return false }
        do {
            try files.withLock { files in
                do {
                    try carryOut(files.write(noted))
                } catch let fault as JournalFault {
                    files.fail()
                    logger.warning(
                        "the journal is given up",
                        metadata: [.file: "\(journalFile)", .error: "\(fault.error)"]
                    )
                    try carryOut(files.write(noted))
                }
            }
        } catch {
            files.withLock { $0.fail() }
            tell("the last good state cannot be written", error)
            // The next change, or the end, finds it still to be written.
            pending.withLock { $0 = $0 ?? noted }
        }
        return true
    }

    /// Nothing could be added to the journal.
    private struct JournalFault: Error {
        let error: any Error
    }

    private func carryOut(_ write: StateFiles.Write) throws {
        switch write {
        case .nothing:
            break
        case .add(let lines):
            do {
                try open(isMade: false).append(lines, to: journalFile)
            } catch {
                throw JournalFault(error: error)
            }
        case .replace(let data, let journal):
            let directory = try open(isMade: true)
            try directory.replace(file, with: data)
            try directory.replace(journalFile, with: journal)
        }
    }
}
