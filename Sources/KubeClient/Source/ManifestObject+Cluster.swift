import KubeModel
import KubeYAML
import PlainText

extension ManifestObject {
    /// The name the object would have in a cluster: the namespace is `default` where the kind needs one and none is written.
    func clusterKey(of type: ResourceType) -> ObjectKey {
        ObjectKey(namespace: type.isNamespaced ? namespace ?? "default" : nil, name: name)
    }
}

extension ObjectScope {
    /// Whether a name is within the scope, as far as names go.
    func contains(_ key: ObjectKey) -> Bool {
        if let namespace, key.namespace != namespace { return false }
        let prefix = "metadata.name="
        guard let fieldSelector, fieldSelector.hasPrefix(prefix) else { return true }
        return key.name == fieldSelector.dropFirst(prefix.count)
    }
}

extension KubeObject {
    /// The object with what a server would have set, if the manifest does not say it.
    ///
    /// All get the same time of creation, so that whoever prefers the older of two falls back to their names.
    func completed(at key: ObjectKey) -> Self {
        var object = self
        object.metadata.namespace = key.namespace
        if object.metadata.uid == nil { object.metadata.uid = "manifest:\(reference.kind)/\(key)" }
        if object.metadata.creationTimestamp == nil {
            object.metadata.creationTimestamp = Timestamp(secondsSinceEpoch: 0)
        }
        return object
    }
}
