/// How the program ended, for the shell.
package enum ExitStatus: Int32, Sendable {
    /// What was asked for was done and nothing is wrong.
    case success = 0

    /// Something failed, or a part of the answer is missing.
    case failure = 1

    /// The command line makes no sense.
    case usage = 2

    /// The answer is complete and says that something is not as it was asked for.
    case findings = 3

    /// Nobody reads what is printed; what a program has that is ended by SIGPIPE.
    case brokenPipe = 141
}

/// A command that could not do what was asked, in the words that the user reads.
package struct CommandFailure: Error, Hashable, Sendable {
    /// The whole message, as kubectl would begin it: `error: …` or `Error from server (…): …`.
    package let message: String

    /// What the user can do about it, on a line of its own.
    package let hint: String?

    package let status: ExitStatus

    /// Makes a failure from its whole message.
    package init(message: String, hint: String? = nil, status: ExitStatus = .failure) {
        self.message = message
        self.hint = hint
        self.status = status
    }

    /// A failure that is found on this side: `error: …`.
    package static func error(_ message: String, hint: String? = nil) -> CommandFailure {
        CommandFailure(message: "error: \(message)", hint: hint)
    }

    /// A command line that makes no sense: `error: …`, exit status 2.
    package static func usage(_ message: String, hint: String? = nil) -> CommandFailure {
        CommandFailure(message: "error: \(message)", hint: hint, status: .usage)
    }
}
