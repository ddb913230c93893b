import FoundationEssentials
import KubeModel
package import PlainText

/// Keeps the client's identity fresh: token files are read again, plugins run again when their credential expires.
package actor Authenticator {
    /// Credentials are renewed this long before they expire.
    private static let margin = 10.0
    /// Token files are read again after this long; kubelets rotate them well ahead.
    private static let tokenFileAge = 60.0

    private let endpoint: KubeEndpoint
    /// The credential, as far as the server may be shown it.
    private let credential: KubeEndpoint.Credential
    /// How long a credential plugin may take unless told otherwise: long enough for a person to log in.
    package static let pluginPatience: Duration = .seconds(300)

    private let environment: [String: String]
    private let pluginTimeout: Duration?
    private let now: @Sendable () -> Timestamp
    private var cached: (identity: Identity, validUntil: Timestamp?)?
    private var isRunning = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// Takes the server's credential, how long a credential plugin may take, and what tells the time.
    ///
    /// To a server that is asked without TLS there is no credential: whoever listens on the way would have it. A plugin does not
    /// even run.
    package init(
        endpoint: KubeEndpoint,
        environment: [String: String],
        pluginTimeout: Duration? = pluginPatience,
        now: @escaping @Sendable () -> Timestamp = { Timestamp(Date()) }
    ) {
        self.endpoint = endpoint
        credential = endpoint.isSecured ? endpoint.credential : .none
        self.environment = environment
        self.pluginTimeout = pluginTimeout
        self.now = now
    }

    /// Returns the identity for the next request; throws `KubeError` when it cannot be had.
    package func identity() async throws -> Identity {
        // Several requests at once wait for one run of a plugin; after the wait its answer is looked at afresh.
        while isRunning { await withCheckedContinuation { waiting.append($0) } }
        if let cached, cached.validUntil.map({ now() < $0 }) ?? true { return cached.identity }
        switch credential {
        case .none:
            return Identity()
        case .token(let token):
            return keep(bearer(token.value), until: nil)
        case .basic(let username, let password):
            return keep(
                Identity(authorization: Redacted("Basic " + Base64.encode("\(username):\(password.value)"))),
                until: nil
            )
        case .tokenFile(let path):
            return try readToken(path)
        case .exec(let plugin, let directory):
            return try await runPlugin(plugin, directory)
        }
    }

    /// Forgets what a server refused with 401; returns whether another try can bring something else.
    package func refused() -> Bool {
        switch credential {
        case .none, .token, .basic: return false
        case .tokenFile, .exec:
            cached = nil
            return true
        }
    }

    /// A file that is away for a moment leaves the last token in use.
    private func readToken(_ path: String) throws -> Identity {
        let text = try? BoundedFile.setting(path)
        let token = text.map { String($0.filter { !$0.isWhitespace }) } ?? ""
        guard !token.isEmpty else {
            if let cached { return cached.identity }
            throw KubeError(.configuration, "\(path): the token file cannot be read or is empty")
        }
        return keep(
            bearer(token),
            until: Timestamp(secondsSinceEpoch: now().secondsSinceEpoch + Self.tokenFileAge)
        )
    }

    private func runPlugin(_ plugin: ExecPlugin, _ directory: String) async throws -> Identity {
        isRunning = true
        defer {
            isRunning = false
            waiting.forEach { $0.resume() }
            waiting = []
        }
        let status = try await ExecRunner(
            plugin: plugin,
            directory: directory,
            endpoint: endpoint,
            environment: environment,
            timeout: pluginTimeout
        ).run()
        var identity = Identity()
        if let token = status.token, !token.isEmpty { identity.authorization = bearer(token).authorization }
        if let certificate = status.clientCertificateData, let key = status.clientKeyData {
            identity.certificate = Identity.Pair(certificate: certificate, key: Redacted(key))
        }
        return keep(
            identity,
            until: status.expirationTimestamp.map {
                Timestamp(secondsSinceEpoch: $0.secondsSinceEpoch - Self.margin)
            }
        )
    }

    private func bearer(_ token: String) -> Identity {
        Identity(authorization: Redacted("Bearer \(token)"))
    }

    private func keep(_ identity: Identity, until limit: Timestamp?) -> Identity {
        cached = (identity, limit)
        return identity
    }
}
