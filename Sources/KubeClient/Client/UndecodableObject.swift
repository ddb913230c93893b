package import KubeModel
import KubeYAML

/// An object that our type cannot hold.
package struct UndecodableObject: Hashable, Sendable {
    /// Its name, if that much can be read.
    package let key: ObjectKey?
    /// Its version, if that much can be read.
    package let resourceVersion: String?
    /// What is wrong with it.
    package let diagnostic: Diagnostic

    /// Finds the fault in an object that could not be decoded as a type.
    package init<Object: KubeObject>(_ type: Object.Type, _ json: JSONValue) {
        let metadata = json["metadata"]
        let name = metadata?["name"]?.string
        let namespace = metadata?["namespace"]?.string
        key = name.map { ObjectKey(namespace: namespace, name: $0) }
        resourceVersion = metadata?["resourceVersion"]?.string
        var fault: DecodingFault?
        do {
            _ = try JSON.decode(type, from: json)
        } catch let error as DecodingError {
            fault = DecodingFault(error, in: json)
        } catch {
            fault = nil
        }
        diagnostic = Diagnostic(
            severity: .error,
            reason: ManifestReason.invalidField,
            object: ObjectReference(kind: Object.type.kind, namespace: namespace, name: name ?? "?"),
            field: fault?.path,
            message: fault?.message ?? "cannot be decoded"
        )
    }
}
