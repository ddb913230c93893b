import BGPEngine
package import KubeModel

extension KnownSecrets {
    /// What Secrets there are, without what they hold.
    package init(_ secrets: [Secret], namespace: String) {
        var usable: Set<String> = []
        var unusable: Set<String> = []
        for secret in secrets where secret.metadata.namespace == namespace {
            if secret.hasPassword { usable.insert(secret.metadata.name) } else { unusable.insert(secret.metadata.name) }
        }
        self.init(namespace: namespace, usable: usable, unusable: unusable)
    }
}

extension Secret {
    /// A Secret of its name that is as usable, for those who only say whether it is there: it holds no password and nothing else.
    package var withoutPassword: Secret {
        let metadata = ObjectMeta(name: metadata.name, namespace: metadata.namespace)
        return Secret(metadata: metadata, stringData: hasPassword ? ["password": "not kept"] : [:])
    }

    /// Whether its key `password` has what the kernel takes.
    fileprivate var hasPassword: Bool { text("password").flatMap { Password($0.value) } != nil }
}
