import ArgumentParser
import CommandLine
import DaemonOptions
import FoundationEssentials
import Lab
import Logging
import PlainLogging
import ServiceLifecycle
import UnixSignals

/// `bgp-lab`: a whole cluster on loopback, without root.
@main
struct BGPLabCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bgp-lab",
        abstract: "Runs an API server, the operator, speakers and a router on loopback, for kubectl to play with.",
        discussion:
            "The router's table is at http://127.0.0.1:9177/routes. config/lab/up starts all of it. \"bgp-lab run\" runs scenarios.",
        version: MartletVersion.current,
        subcommands: [RunCommand.self]
    )

    @Option(help: ArgumentHelp("Where the kubeconfig goes.", valueName: "directory"))
    var directory = ".build/lab"

    @Option(help: "The API server's address.")
    var address = "127.0.0.1"

    @Option(help: "The API server's port; 0 takes a free one.")
    var port = 7443

    @Option(help: "How many nodes, each with a speaker; 1 to 250.")
    var speakers = 3

    @Option(help: ArgumentHelp("CustomResourceDefinitions to apply first; repeatable.", valueName: "path"))
    var crds: [String] = []

    @Option(help: ArgumentHelp("Manifests to apply; repeatable.", valueName: "path"))
    var manifests: [String] = []

    @Flag(help: "Run the API server alone.")
    var apiOnly = false

    @OptionGroup var log: LogOptions

    func validate() throws {
        guard (1...250).contains(speakers) else {
            throw ValidationError("--speakers: expected 1 to 250, found \(speakers)")
        }
        guard (0...65535).contains(port) else {
            throw ValidationError("--port: expected 0 to 65535, found \(port)")
        }
    }

    func run() async throws {
        let logger = try log.begin("bgp-lab", level: .warning)
        var configuration = LabConfiguration(directory: directory)
        configuration.address = address
        configuration.port = port
        configuration.speakers = speakers
        configuration.definitions = crds
        configuration.manifests = manifests
        configuration.servesOnlyAPI = apiOnly
        configuration.build = .ofProgram(environment: ProcessInfo.processInfo.environment)
        let start = ContinuousClock.now
        let cluster = LabCluster(configuration, logger: logger) { progress in
            let seconds = (start.duration(to: .now) / .milliseconds(1)).rounded() / 1000
            switch progress {
            case .serving(let url, let kubeconfig):
                Output.line("\(seconds) s: API server at \(url), kubeconfig \(kubeconfig)")
            case .applied: Output.line("\(seconds) s: manifests applied")
            case .firstRoute: Output.line("\(seconds) s: first route at the router")
            }
        }
        try await ServiceGroup(
            named: [cluster],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        ).run()
    }
}
