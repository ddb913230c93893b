package import BGPEngine
package import KubeModel

extension KnownSecrets {
    /// What Secrets there are, without what they hold.
    package init(_ secrets: [Secret], namespace: String) {
        self.init(namespace: namespace)
        for secret in secrets where secret.metadata.namespace == namespace {
            let name = secret.metadata.name
            switch secret.password {
            case .success: usable.insert(name)
            case .failure(.keyMissing): unusable.insert(name)
            case .failure(.unusable(let fault)):
                unusable.insert(name)
                faults[name] = fault
            }
        }
    }

    /// What keeps the peers of a PeerConfig down that names a Secret; nil when nothing does.
    func obstacle(_ secret: String, peerConfig: String) -> Reason? {
        switch state(secret) {
        case .present: nil
        case .missing: .session(.authSecretMissing(peerConfig: peerConfig, secret: secret, namespace: namespace))
        case .keyMissing: .session(.authSecretKeyMissing(peerConfig: peerConfig, secret: secret, namespace: namespace))
        case .unusable(let fault):
            .session(.authSecretUnusable(peerConfig: peerConfig, secret: secret, namespace: namespace, fault))
        }
    }
}

/// Why a Secret gives no password.
package enum SecretFault: Error, Hashable, Sendable {
    /// It has no key `password`.
    case keyMissing
    /// What the key holds cannot be used.
    case unusable(PasswordFault)
}

extension Secret {
    /// The password that its key `password` holds, or why that is none.
    package var password: Result<Password, SecretFault> {
        guard stringData?[Self.passwordKey] != nil || data?[Self.passwordKey] != nil else {
            return .failure(.keyMissing)
        }
        guard let text = text(Self.passwordKey)?.value else { return .failure(.unusable(.notText)) }
        guard !text.isEmpty else { return .failure(.unusable(.empty)) }
        return Password(text).map { .success($0) } ?? .failure(.unusable(.tooLong))
    }

    /// A Secret of its name that is as usable, for those who only say whether it is there: it holds no password and nothing else.
    package var withoutPassword: Secret {
        let metadata = ObjectMeta(name: metadata.name, namespace: metadata.namespace)
        switch password {
        case .success: return Secret(metadata: metadata, stringData: [Self.passwordKey: "not kept"])
        case .failure(.keyMissing): return Secret(metadata: metadata, stringData: [:])
        case .failure(.unusable(.empty)): return Secret(metadata: metadata, stringData: [Self.passwordKey: ""])
        case .failure(.unusable(.tooLong)):
            let text = String(repeating: "-", count: Password.longest + 1)
            return Secret(metadata: metadata, stringData: [Self.passwordKey: text])
        case .failure(.unusable(.notText)):
            var secret = Secret(metadata: metadata, stringData: [:])
            secret.data = [Self.passwordKey: RedactedText("-")]
            return secret
        }
    }

    private static let passwordKey = "password"
}
