/// Where a speaker answers programs on its own node, without a network and without an API server.
package enum LocalSocket {
    /// The folder in the speaker's state directory that only its user may enter.
    package static let folder = "local"

    /// The socket in the directory that `--state-dir` names.
    package static func path(in stateDirectory: String) -> String {
        "\(stateDirectory)\(stateDirectory.hasSuffix("/") ? "" : "/")\(folder)/speaker.sock"
    }

    /// The socket where the manifests put it.
    package static let usual = path(in: "/var/lib/martlet")
}
