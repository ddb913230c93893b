/// A program that hands out credentials, as a kubeconfig names it (client-go credential plugins).
package struct ExecPlugin: Hashable, Sendable, Decodable {
    /// Whether the program may ask the person at the terminal.
    package enum InteractiveMode: String, Hashable, Sendable, Decodable {
        /// It never reads standard input.
        case never = "Never"
        /// It may, when standard input is a terminal.
        case ifAvailable = "IfAvailable"
        /// It must; without a terminal it cannot run.
        case always = "Always"
    }

    /// A variable of its environment.
    package struct Variable: Hashable, Sendable, Decodable {
        package var name: String
        package var value: String
    }

    /// `client.authentication.k8s.io/v1` or `…/v1beta1`.
    package var apiVersion: String?
    /// The program: a path when it holds a slash, else looked up in PATH.
    package var command: String
    /// Its arguments.
    package var args: [String]?
    /// What is added to its environment.
    package var env: [Variable]?
    /// What to tell a person who does not have it.
    package var installHint: String?
    /// Whether it is told about the cluster.
    package var provideClusterInfo: Bool?
    /// Whether it may ask; absent means `IfAvailable`.
    package var interactiveMode: InteractiveMode?
}
