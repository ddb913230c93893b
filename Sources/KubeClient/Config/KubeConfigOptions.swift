/// What a command line says about which server to talk to, with kubectl's names and meanings.
package struct KubeConfigOptions: Hashable, Sendable {
    /// `--kubeconfig`: the only file to read.
    package var kubeconfig: String?
    package var context: String?
    package var cluster: String?
    package var user: String?
    package var server: String?
    package var token: String?
    package var impersonate: String?
    package var impersonateGroups: [String]
    package var impersonateUID: String?
    package var certificateAuthority: String?
    package var insecureSkipTLSVerify: Bool
    package var tlsServerName: String?

    /// Takes what was given; nothing given means the environment and the files decide.
    package init(
        kubeconfig: String? = nil,
        context: String? = nil,
        cluster: String? = nil,
        user: String? = nil,
        server: String? = nil,
        token: String? = nil,
        impersonate: String? = nil,
        impersonateGroups: [String] = [],
        impersonateUID: String? = nil,
        certificateAuthority: String? = nil,
        insecureSkipTLSVerify: Bool = false,
        tlsServerName: String? = nil
    ) {
        self.kubeconfig = kubeconfig
        self.context = context
        self.cluster = cluster
        self.user = user
        self.server = server
        self.token = token
        self.impersonate = impersonate
        self.impersonateGroups = impersonateGroups
        self.impersonateUID = impersonateUID
        self.certificateAuthority = certificateAuthority
        self.insecureSkipTLSVerify = insecureSkipTLSVerify
        self.tlsServerName = tlsServerName
    }
}
