import FoundationEssentials

/// A program with its arguments, ready to be run.
package struct Command: Sendable {
    /// The program (a path, or a name found in `PATH`) and its arguments.
    package var arguments: [String]
    /// Variables added to our own environment.
    package var environment: [String: String]
    /// What it reads from standard input.
    package var input: String
    /// Where it runs; `nil` is our own working directory.
    package var directory: String?

    /// A command with nothing to read.
    package init(
        _ arguments: [String],
        environment: [String: String] = [:],
        input: String = "",
        directory: String? = nil
    ) {
        self.arguments = arguments
        self.environment = environment
        self.input = input
        self.directory = directory
    }

    /// A command given as separate words.
    package init(_ arguments: String...) {
        self.init(arguments)
    }

    /// What a command did.
    package struct Result: Hashable, Sendable {
        /// How it ended.
        package let status: ExitStatus
        /// What it wrote to standard output.
        package let output: String
        /// What it wrote to standard error.
        package let errors: String

        /// Whether it returned 0.
        package var succeeded: Bool { status == .exited(0) }
    }

    /// A command that did not return 0.
    package struct Failure: Error, CustomStringConvertible {
        package let command: [String]
        /// What it did.
        package let result: Result

        /// The command, how it ended and what it wrote.
        package var description: String {
            "\(command.joined(separator: " ")): \(result.status)\n\(result.errors)\(result.output)"
        }
    }

    /// Runs it to its end, whatever the end is; kills it when the limit is over.
    package func result(within limit: Duration = .seconds(60)) async throws -> Result {
        let directory = try TemporaryDirectory("command")
        let streams = StandardStreams(
            input: try directory.write(input, to: "in"),
            output: directory.path("out"),
            errors: directory.path("err")
        )
        let process = try start(streams, log: streams.output)
        let status = try await process.exit(within: limit)
        return Result(
            status: status,
            output: try String(contentsOfFile: directory.path("out"), encoding: .utf8),
            errors: try String(contentsOfFile: directory.path("err"), encoding: .utf8)
        )
    }

    /// Runs it to its end and returns its standard output; throws `Failure` unless it returns 0.
    @discardableResult
    package func run(within limit: Duration = .seconds(60)) async throws -> String {
        let result = try await result(within: limit)
        guard result.succeeded else { throw Failure(command: arguments, result: result) }
        return result.output
    }

    /// Runs it to its end while the thread waits, and returns its standard output.
    ///
    /// For the short commands of cleaning up, which have to run in a cancelled test as well.
    package static func blocking(_ arguments: [String]) throws -> String {
        let directory = try TemporaryDirectory("command")
        let process = try Command(arguments).start(
            StandardStreams(output: directory.path("out"), errors: directory.path("err")),
            log: directory.path("out")
        )
        process.waitForExit()
        return process.output
    }

    /// Starts it beside the test, standard output and error appended to the file `log`.
    package func start(log: String) throws -> RunningProcess {
        try start(StandardStreams(output: log), log: log)
    }

    private func start(_ streams: StandardStreams, log: String) throws -> RunningProcess {
        let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let pid = try spawn(arguments, environment: variables, directory: directory, streams: streams)
        let name = arguments.first.map { String($0.split(separator: "/").last ?? "") } ?? ""
        return RunningProcess(name: name, pid: pid, log: log)
    }
}
