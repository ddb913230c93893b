import BGPEngine
import KubeClient
import KubeModel
import Planning
import Signals

/// The Secrets that the node's own PeerConfigs name; a speaker reads no others.
struct PasswordStore: Sendable {
    private let secrets: NamedObjects<Secret>
    private let names: SecretNames
    private let namespace: String

    /// Names the Secrets to follow; the first signal hears of their changes, the second when the names may be others.
    init(
        in set: inout StoreSet,
        _ configuration: SpeakerConfiguration,
        names: SecretNames,
        signals: (settings: ChangeSignal, naming: ChangeSignal),
        patience: DeletionPatience
    ) {
        self.names = names
        namespace = configuration.namespace
        secrets = set.registerNamed(
            Secret.self,
            namespace: configuration.namespace,
            pace: configuration.secretPace,
            signal: signals.settings,
            trigger: signals.naming,
            patience: patience,
            names: { names.wanted }
        )
    }

    var store: ResourceStore<Secret> { secrets.store }

    /// The Secrets that were asked for; nil where all there are can be seen.
    var askedNames: Set<String>? { secrets.askedNames }

    /// Reads these from now on, whatever else PeerConfigs name meanwhile.
    func read(_ names: Set<String>) { self.names.hold(names) }

    /// Which there are, and the passwords by name.
    var known: (secrets: KnownSecrets, passwords: [String: Password]) {
        // Read once: a session without its password must not follow from two looks at the Secrets.
        let objects = secrets.store.snapshot.objects
        let passwords = objects.compactMap { secret in
            (try? secret.password.get()).map { (secret.metadata.name, $0) }
        }
        return (
            KnownSecrets(objects, namespace: namespace),
            Dictionary(passwords, uniquingKeysWith: { first, _ in first })
        )
    }
}
