package import ArgumentParser
import SpeakerAPI

/// Whether the speaker of the node is asked on which the program runs, without an API server.
package struct LocalOptions: ParsableArguments {
    @Flag(
        help: """
            Ask the speaker of this node alone, over its Unix socket and without an API server; as its user, in its container: \
            kubectl exec POD -- kubectl-bgp peers --local.
            """
    )
    package var local = false

    @Option(
        help: ArgumentHelp(
            "With --local, the speaker's socket: the file local/speaker.sock in the directory of its --state-dir.",
            valueName: "path"
        )
    )
    package var socket: String = LocalSocket.usual

    package init() {}

    /// Refuses what only a cluster can answer.
    func check(_ scope: ScopeOptions, selector: String?) throws {
        guard local else {
            if socket != LocalSocket.usual { throw ValidationError("--socket goes with --local") }
            return
        }
        for (isGiven, flag) in [(!scope.node.isEmpty, "--node"), (selector != nil, "-l")] where isGiven {
            throw ValidationError("--local asks the speaker of this node alone, so \(flag) cannot go with it")
        }
    }
}
