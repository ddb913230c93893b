package import ArgumentParser

/// `explain`: why something is announced or is not.
package struct ExplainCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Explain why something is announced, or is not.",
        subcommands: [
            ExplainServiceCommand.self, ExplainNodeCommand.self, ExplainRouteCommand.self, ExplainPeerCommand.self,
        ]
    )

    package init() {}
}
