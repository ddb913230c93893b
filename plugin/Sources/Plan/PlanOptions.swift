import Addressing
package import ArgumentParser
package import Planning

/// The manifests and the settings of operator and speakers that a plan is made with.
package struct PlanOptions: ParsableArguments {
    @Option(
        name: [.customShort("f", allowingJoined: true), .customLong("filename")],
        parsing: .upToNextOption,
        help: ArgumentHelp("Files, directories or - for standard input, with manifests.", valueName: "path")
    )
    package var files: [String] = []

    @Option(
        name: .customLong("router-id-pool"),
        help: ArgumentHelp("The operator's --router-id-pool (default: 198.18.0.0/15).", valueName: "cidr")
    )
    package var routerIDPool: String?

    @Option(
        name: .customLong("speaker-namespace"),
        help: ArgumentHelp("Where the speakers and the Secrets with passwords are.", valueName: "namespace")
    )
    package var speakerNamespace: String = "martlet-system"

    package init() {}

    package func validate() throws {
        if files.isEmpty { throw ValidationError("must specify -f: the manifests to look at") }
        if let routerIDPool, IPPrefix(routerIDPool)?.family != .ipv4 {
            throw ValidationError("invalid --router-id-pool \"\(routerIDPool)\", expected an IPv4 network")
        }
    }

    /// The settings that the flags give.
    package var settings: PlanSettings {
        PlanSettings(
            cluster: routerIDPool.map { ClusterSettings(routerIDPool: IPPrefix($0)) } ?? ClusterSettings(),
            speakerNamespace: speakerNamespace
        )
    }
}
