/// What a command line says about which server to talk to, with kubectl's names and meanings.
package struct KubeConfigOptions: Hashable, Sendable {
    /// `--kubeconfig`: the only file to read.
    package var kubeconfig: String?
    /// `--context`.
    package var context: String?
    /// `--cluster`.
    package var cluster: String?
    /// `--user`.
    package var user: String?
    /// `--server`.
    package var server: String?
    /// `--token`.
    package var token: String?
    /// `--as`.
    package var impersonate: String?
    /// `--as-group`.
    package var impersonateGroups: [String]
    /// `--as-uid`.
    package var impersonateUID: String?
    /// `--certificate-authority`.
    package var certificateAuthority: String?
    /// `--insecure-skip-tls-verify`.
    package var insecureSkipTLSVerify: Bool
    /// `--tls-server-name`.
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
