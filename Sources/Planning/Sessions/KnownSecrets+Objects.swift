import BGPEngine
package import KubeModel

extension KnownSecrets {
    /// What Secrets there are, without what they hold.
    package init(_ secrets: [Secret], namespace: String) {
        var usable: Set<String> = []
        var unusable: Set<String> = []
        for secret in secrets where secret.metadata.namespace == namespace {
            let password = secret.text("password").flatMap { Password($0.value) }
            if password == nil { unusable.insert(secret.metadata.name) } else { usable.insert(secret.metadata.name) }
        }
        self.init(namespace: namespace, usable: usable, unusable: unusable)
    }
}
