package import Logging
import Synchronization

/// Runs scenarios, each on a lab of its own; the lab's ports allow one at a time.
package struct ScenarioRunner: Sendable {
    /// Runs `kubectl bgp` with these words against the API server of a kubeconfig.
    package typealias Plugin = @Sendable (_ words: [String], _ kubeconfig: String) async -> PluginAnswer

    /// What `kubectl bgp` came to.
    package struct PluginAnswer: Sendable {
        package var status: Int32
        /// Standard output.
        package var output: String
        /// Standard error.
        package var errors: String

        package init(status: Int32, output: String, errors: String) {
            self.status = status
            self.output = output
            self.errors = errors
        }
    }

    private let definitions: [String]
    private let timeout: Duration
    private let logger: Logger
    private let plugin: Plugin

    /// `definitions` are files or folders of CustomResourceDefinitions; `timeout` is how long an expectation may take to come true.
    package init(definitions: [String], timeout: Duration, logger: Logger, plugin: @escaping Plugin) {
        self.definitions = definitions
        self.timeout = timeout
        self.logger = logger
        self.plugin = plugin
    }

    /// Runs every step; throws `ScenarioFailure` with the line of the first that fails.
    package func run(_ scenario: Scenario, directory: String) async throws {
        var configuration = LabConfiguration(directory: directory)
        configuration.port = 0
        configuration.speakers = scenario.nodeCount
        configuration.definitions = definitions
        let failure = Mutex<ScenarioFailure?>(nil)
        let cluster = LabCluster(configuration, logger: logger) { lab in
            for step in scenario.steps {
                do {
                    try await ScenarioStep(scenario: scenario, lab: lab, timeout: timeout, plugin: plugin)
                        .carryOut(step.action)
                } catch {
                    let place = ScenarioFailure(path: scenario.path, line: step.line, message: "\(error)")
                    return failure.withLock { $0 = error as? ScenarioFailure ?? place }
                }
            }
        }
        try await cluster.run()
        if let failure = failure.withLock({ $0 }) { throw failure }
    }
}
