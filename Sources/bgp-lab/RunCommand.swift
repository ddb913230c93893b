import ArgumentParser
import DaemonOptions
import FoundationEssentials
import KubeModel
import Lab
import Logging
import PlainText
import Synchronization
import kubectl_bgp

/// `bgp-lab run`: scenarios from text files.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Runs scenarios, each on a lab of its own, one after the other.",
        discussion: """
            A scenario is a text file with steps, manifests and expected tables; config/lab/scenarios has examples and says how to \
            write one. Exit status 1 says that one failed or cannot be read.
            """
    )

    @Argument(help: ArgumentHelp("Scenarios.", valueName: "file"))
    var files: [String]

    @Option(
        help: ArgumentHelp(
            "CustomResourceDefinitions to apply first, crds if none is given; repeatable.",
            valueName: "path"
        )
    )
    var crds: [String] = []

    @Option(help: ArgumentHelp("How long an expectation may take to come true.", valueName: "seconds"))
    var timeout = 20

    @OptionGroup var log: LogOptions

    func run() async throws {
        let logger = try log.begin("bgp-lab", level: .error)
        let scenarios = try read()
        let runner = ScenarioRunner(
            definitions: crds.isEmpty ? ["crds"] : crds,
            timeout: .seconds(timeout),
            logger: logger,
            plugin: Self.plugin
        )
        let directory = FileManager.default.temporaryDirectory.appending(
            path: "bgp-lab-\(ProcessInfo.processInfo.processIdentifier)"
        )
        defer { try? FileManager.default.removeItem(at: directory) }
        var failures = 0
        for scenario in scenarios {
            let start = ContinuousClock.now
            do {
                try await runner.run(scenario, directory: directory.path)
                let seconds = (start.duration(to: .now) / .milliseconds(100)).rounded() / 10
                Output.line("ok    \(scenario.path) (\(seconds) s): \(scenario.title)")
            } catch {
                failures += 1
                Output.line("FAIL  \(error)")
            }
        }
        guard failures == 0 else { throw ExitCode.failure }
    }

    /// All scenarios; says what is wrong with any before the first is run.
    private func read() throws -> [Scenario] {
        var scenarios: [Scenario] = []
        var isFaulty = false
        for path in files {
            do {
                scenarios.append(try Scenario(String(contentsOf: URL(filePath: path), encoding: .utf8), path: path))
            } catch let faults as ScenarioFaults {
                Output.line("\(faults)")
                isFaulty = true
            } catch {
                Output.line("\(path): expected a readable text file")
                isFaulty = true
            }
        }
        guard !isFaulty else { throw ExitCode.failure }
        return scenarios
    }

    private static let plugin: ScenarioRunner.Plugin = { words, kubeconfig in
        let (output, errors) = (TextCollector(), TextCollector())
        let console = Console(
            output: output,
            errors: errors,
            environment: ["KUBECONFIG": kubeconfig],
            now: { Timestamp(Date.now) }
        )
        let clusters = KubernetesConnector(console: console)
        let status = await KubectlBGP.run(words, on: console, clusters: clusters)
        return ScenarioRunner.PluginAnswer(status: status.rawValue, output: output.text, errors: errors.text)
    }
}

/// Keeps what a command writes.
private final class TextCollector: TextSink {
    private let kept = Mutex("")

    var text: String { kept.withLock { $0 } }

    func write(_ text: String) { kept.withLock { $0 += text } }
}
