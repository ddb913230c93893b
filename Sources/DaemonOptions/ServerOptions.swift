package import ArgumentParser
import CommandLine
package import KubeClient
package import Logging

/// Which API server a program talks to.
package struct ServerOptions: ParsableArguments {
    @Option(help: ArgumentHelp("A kubeconfig file, as for kubectl.", valueName: "file"))
    package var kubeconfig: String?

    @Option(help: "The kubeconfig's context.")
    package var context: String?

    package init() {}

    /// Finds the server as kubectl does, or as a pod does, and prepares connections to it; throws `KubeError`.
    ///
    /// `program` is what the server's log calls the program.
    package func connection(for program: String, logger: Logger) throws -> KubeConnection {
        try KubeConnection.open(
            KubeConfigOptions(kubeconfig: kubeconfig, context: context),
            program: "\(program)/\(MartletVersion.current)",
            logger: logger
        )
    }
}
