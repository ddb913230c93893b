import FoundationEssentials
package import Glibc
import Synchronization

/// How a process ended.
package enum ExitStatus: Hashable, Sendable {
    /// It returned this code.
    case exited(Int32)
    /// This signal ended it.
    case signalled(Int32)

    /// Reads what `waitpid` reports.
    init(waitStatus: Int32) {
        let signal = waitStatus & 0x7F
        self = signal == 0 ? .exited(waitStatus >> 8 & 0xFF) : .signalled(signal)
    }
}

/// A process that runs beside the test, its output going to a file.
///
/// It is killed when the last reference goes away.
package final class RunningProcess: Sendable {
    /// What the process is, for messages.
    package let name: String
    /// The file that its standard output and error go to.
    package let log: String
    /// The process id.
    package let pid: pid_t

    private let status = Mutex<ExitStatus?>(nil)

    init(name: String, pid: pid_t, log: String) {
        self.name = name
        self.pid = pid
        self.log = log
    }

    deinit { kill() }

    /// How it ended, or `nil` while it runs.
    package var exitStatus: ExitStatus? {
        reap(options: WNOHANG)
    }

    /// Everything it has written so far.
    package var output: String {
        (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
    }

    /// Sends a signal, unless the process has ended.
    package func signal(_ number: Int32) {
        status.withLock { status in
            guard status == nil else { return }
            _ = Glibc.kill(pid, number)
        }
    }

    /// Waits until the process has ended.
    package func exit(within limit: Duration = .seconds(120)) async throws -> ExitStatus {
        try await eventually("\(name) ends", within: limit, every: .milliseconds(5)) { exitStatus }
    }

    /// Waits until it has written `text`; an early end of the process ends the wait.
    package func writes(_ text: String, within limit: Duration = .seconds(120)) async throws {
        _ = try await eventually("\(name) writes \"\(text)\"", within: limit) {
            if output.contains(text) { return true }
            guard exitStatus == nil else { return false }
            return nil
        }
        guard output.contains(text) else {
            throw Overdue(description: "\(name) ended without writing \"\(text)\":\n\(output)")
        }
    }

    /// Asks it to end (SIGTERM), and kills it when it has not within the limit.
    @discardableResult
    package func stop(within limit: Duration = .seconds(10)) async -> ExitStatus? {
        signal(SIGTERM)
        if let status = try? await exit(within: limit) { return status }
        return kill()
    }

    /// Ends it at once (SIGKILL).
    @discardableResult
    package func kill() -> ExitStatus? {
        signal(SIGKILL)
        return reap(options: 0)
    }

    /// Waits for its end on this thread.
    func waitForExit() {
        reap(options: 0)
    }

    /// A killed process needs no time to end, so waiting for it does not hold up the thread.
    @discardableResult
    private func reap(options: Int32) -> ExitStatus? {
        status.withLock { status in
            if let status { return status }
            var word: Int32 = 0
            var result: pid_t = -1
            repeat { result = waitpid(pid, &word, options) } while result < 0 && errno == EINTR
            if result == pid { status = ExitStatus(waitStatus: word) }
            return status
        }
    }
}
