package import ArgumentParser
import CommandLine
import KubeYAML

/// The root of the command line; the work is done by its subcommands.
package struct KubectlBGP: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "kubectl bgp",
        abstract: "Show and explain what this cluster announces over BGP.",
        discussion: """
            Every command takes the flags of kubectl (-n, --context, -o, …); "kubectl bgp peers --help" lists them.

            Exit status: 0 fine, 1 an error or an incomplete answer, 2 a command line that makes no sense, \
            3 findings: something that was selected is not announced, a plan that changes something, a warning of lint.
            """,
        version: MartletVersion.current,
        subcommands: [
            PeersCommand.self, RoutesCommand.self, ExplainCommand.self, DrainCommand.self, UndrainCommand.self,
            PoolsCommand.self, PlanCommand.self, LintCommand.self, VersionCommand.self, CompletionCommand.self,
        ]
    )

    // Here as well as in the subcommands, so that these flags may stand before the subcommand too.
    @OptionGroup(visibility: .hidden) package var output: OutputOptions
    @OptionGroup(visibility: .hidden) package var scope: ScopeOptions
    @OptionGroup(visibility: .hidden) package var connection: ConnectionOptions

    package init() {}
}

/// A command that has been parsed and can be run.
package protocol RunnableCommand: ParsableCommand {
    /// The form that `-o` asks for.
    var format: OutputFormat { get }

    /// Does the work; throws ``CommandFailure``, ``BrokenPipe`` or what the API server said.
    func run(on console: Console, clusters: any ClusterConnector) async throws -> ExitStatus
}

extension KubectlBGP {
    /// Parses and runs a command line, without the program's name, and says how it ended.
    package static func run(
        _ words: [String],
        on console: Console,
        clusters: any ClusterConnector
    ) async -> ExitStatus {
        if words.first == Completions.word {
            return await complete(Array(words.dropFirst()), on: console, clusters: clusters)
        }
        let command: any RunnableCommand
        do {
            var parsed = try parseAsRoot(ArgumentNormalizer.normalized(words))
            guard let runnable = parsed as? any RunnableCommand else {
                // Help that was asked for, or a command that only has subcommands: both throw the help text.
                try parsed.run()
                return .success
            }
            if runnable.format == .github, !(runnable is LintCommand || runnable is PlanCommand) {
                throw ValidationError("-o github is for plan and lint alone")
            }
            command = runnable
        } catch {
            return report(parsing: error, of: ArgumentNormalizer.normalized(words), on: console)
        }
        do {
            return try await command.run(on: console, clusters: clusters)
        } catch is BrokenPipe {
            return .brokenPipe
        } catch {
            let failure = CommandFailure(error)
            console.tell(failure)
            return failure.status
        }
    }

    /// Answers a shell that asks what may come next; a shell has no use for an error.
    private static func complete(
        _ words: [String],
        on console: Console,
        clusters: any ClusterConnector
    ) async -> ExitStatus {
        do {
            try console.output.write(await Completions(words, clusters: clusters).text())
            return .success
        } catch {
            return .failure
        }
    }

    /// Help goes to standard output and is a success; anything else is one line in the words of kubectl.
    private static func report(parsing error: any Error, of words: [String], on console: Console) -> ExitStatus {
        guard exitCode(for: error) != .success else {
            do {
                try console.output.write(fullMessage(for: error) + "\n")
                return .success
            } catch {
                return .brokenPipe
            }
        }
        let said = message(for: error).asErrorText
        let (name, commands) = commandNamed(by: words)
        let problem = unknownCommand(in: words, said, name, commands) ?? said + allowedFormats(said)
        console.note("error: " + problem)
        console.note("See '\(name) --help' for usage.")
        return .usage
    }

    /// The longest run of subcommands that the words name, and what may follow it.
    private static func commandNamed(by words: [String]) -> (name: String, subcommands: [any ParsableCommand.Type]) {
        var names = [configuration.commandName ?? "kubectl bgp"]
        var commands = configuration.subcommands
        for word in words {
            guard let command = commands.first(where: { $0.answers(to: word) }) else { continue }
            names.append(command._commandName)
            commands = command.configuration.subcommands
        }
        return (names.joined(separator: " "), commands)
    }

    /// Says that a command was expected: where none stands behind those that are known, or where the parser is at a loss.
    private static func unknownCommand(
        in words: [String],
        _ said: String,
        _ name: String,
        _ commands: [any ParsableCommand.Type]
    ) -> String? {
        guard !commands.isEmpty else { return nil }
        let next = words.dropFirst(name.split(separator: " ").count - 2).first
        let word: String
        if let next, !next.hasPrefix("-"), !commands.contains(where: { $0.answers(to: next) }) {
            word = next
        } else if said.contains("unexpected argument"), let quote = said.firstIndex(of: "'") {
            word = String(said[said.index(after: quote)...].prefix { $0 != "'" })
        } else {
            return nil
        }
        let names = commands.map { $0._commandName }
        let all = names + commands.flatMap { $0.configuration.aliases }
        let hint =
            Spelling.closest(to: word, among: all).map { ", did you mean \($0)?" }
            ?? ", expected one of \(names.joined(separator: ", "))"
        return "unknown command \"\(word)\" for \"\(name)\"" + hint
    }

    /// The forms that `-o` knows, where it was given another.
    private static func allowedFormats(_ said: String) -> String {
        guard said.hasSuffix("invalid for '-o'") || said.contains("invalid for '--output") else { return "" }
        let formats = OutputFormat.allCases.filter { $0 != .github }.map(\.rawValue)
        return ", expected one of \(formats.joined(separator: ", "))"
    }
}

extension ParsableCommand {
    fileprivate static func answers(to word: String) -> Bool {
        word == _commandName || configuration.aliases.contains(word)
    }
}

extension String {
    /// The first sentence as Go programs print errors: without a capital and without a full stop.
    fileprivate var asErrorText: String {
        var text = split(separator: "\n", omittingEmptySubsequences: true).joined(separator: " ")
        if text.hasSuffix(".") { text.removeLast() }
        return text.prefix(1).lowercased() + text.dropFirst()
    }
}
