package import ArgumentParser

/// Which cluster is asked and as whom: the flags that every kubectl command has.
package struct ConnectionOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Path to the kubeconfig file to use for CLI requests.", valueName: "file"))
    package var kubeconfig: String?

    @Option(help: ArgumentHelp("The name of the kubeconfig context to use.", valueName: "name"))
    package var context: String?

    @Option(help: ArgumentHelp("The name of the kubeconfig cluster to use.", valueName: "name"))
    package var cluster: String?

    @Option(help: ArgumentHelp("The name of the kubeconfig user to use.", valueName: "name"))
    package var user: String?

    @Option(
        name: [.customShort("s", allowingJoined: true), .long],
        help: ArgumentHelp("The address and port of the Kubernetes API server.", valueName: "url")
    )
    package var server: String?

    @Option(help: ArgumentHelp("Bearer token for authentication to the API server.", valueName: "token"))
    package var token: String?

    @Option(
        name: .customLong("as"),
        help: ArgumentHelp("User name to impersonate for the operation.", valueName: "user")
    )
    package var impersonatedUser: String?

    @Option(
        name: .customLong("as-group"),
        help: ArgumentHelp("Group to impersonate; may be given several times.", valueName: "group")
    )
    package var impersonatedGroups: [String] = []

    @Option(
        name: .customLong("as-uid"),
        help: ArgumentHelp("UID to impersonate for the operation.", valueName: "uid")
    )
    package var impersonatedUID: String?

    @Option(
        help: ArgumentHelp("Path to a certificate file of the authority that signed the server's.", valueName: "file")
    )
    package var certificateAuthority: String?

    @Option(help: ArgumentHelp("Path to a client certificate file for TLS.", valueName: "file"))
    package var clientCertificate: String?

    @Option(help: ArgumentHelp("Path to a client key file for TLS.", valueName: "file"))
    package var clientKey: String?

    @Flag(help: "Do not check the server's certificate. This makes the connection insecure.")
    package var insecureSkipTLSVerify = false

    @Option(
        name: .customLong("tls-server-name"),
        help: ArgumentHelp("Name to expect in the server's certificate.", valueName: "name")
    )
    package var tlsServerName: String?

    @Option(
        help: ArgumentHelp(
            "How long to wait for a single answer, such as 1s, 2m, 3h. Zero is no limit.",
            valueName: "duration"
        )
    )
    package var requestTimeout: String?

    package init() {}
}
