import FoundationEssentials
import KubeModel

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
import PlainText
#endif

/// `kubectl-bgp`, which kubectl runs as `kubectl bgp`.
package enum KubectlBGPProgram {
    /// Carries out the command line of this process and ends it.
    package static func main() async {
        // Writing to a reader that has gone is an error to handle; being interrupted stays what ends the program,
        // so that the shell sees a program ended by SIGINT (130) and stops its loops too.
        signal(SIGPIPE, SIG_IGN)
        let console = Console(
            output: FileSink.standardOutput,
            errors: FileSink.standardError,
            isTerminal: FileSink.standardOutput.isTerminal,
            environment: ProcessInfo.processInfo.environment,
            now: { Timestamp(Date.now) }
        )
        let words = Array(CommandLine.arguments.dropFirst())
        let status = await KubectlBGP.run(words, on: console, clusters: KubernetesConnector(console: console))
        exit(status.rawValue)
    }
}
