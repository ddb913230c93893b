package import KubeJSON
package import KubeModel
import KubeYAML

extension InvalidObject {
    /// States what is wrong with an object that is known as JSON.
    package init(_ json: JSONValue, at key: ObjectKey?, diagnostics: [Diagnostic]) {
        var generation: Int64?
        if case .integer(let number)? = json["metadata"]?["generation"] { generation = number }
        var conditions: [Condition] = []
        if case .array(let items)? = json["status"]?["conditions"] {
            conditions = items.compactMap { try? JSON.decode(Condition.self, from: $0) }
        }
        self.init(
            key: key,
            resourceVersion: json["metadata"]?["resourceVersion"]?.string,
            generation: generation,
            conditions: conditions,
            diagnostics: diagnostics
        )
    }

    /// Finds the fault in an object that could not be decoded as a type.
    package init<Object: KubeObject>(undecodable json: JSONValue, as type: Object.Type) {
        let metadata = json["metadata"]
        let name = metadata?["name"]?.string
        let namespace = metadata?["namespace"]?.string
        var fault: DecodingFault?
        do {
            _ = try JSON.decode(type, from: json)
        } catch let error as DecodingError {
            fault = DecodingFault(error, in: json)
        } catch {
            fault = nil
        }
        self.init(
            json,
            at: name.map { ObjectKey(namespace: namespace, name: $0) },
            diagnostics: [
                Diagnostic(
                    severity: .error,
                    reason: ReasonCode.invalidField,
                    object: ObjectReference(kind: Object.type.kind, namespace: namespace, name: name ?? "?"),
                    field: fault?.path,
                    message: fault?.message ?? "cannot be decoded"
                )
            ]
        )
    }

    /// Names an object that is too long to be read.
    init<Object: KubeObject>(tooLong outline: ObjectOutline, length: Int, as type: Object.Type) {
        let key = outline.key
        self.init(
            outline.json,
            at: key,
            diagnostics: [
                Diagnostic(
                    severity: .error,
                    reason: ReasonCode.tooLong,
                    object: ObjectReference(kind: Object.type.kind, namespace: key?.namespace, name: key?.name ?? "?"),
                    message: "has \(length) octets as JSON, more than \(JSONLineDecoder.maximumLength); it is left out"
                )
            ]
        )
    }

    /// States which rules of its kind an object breaks.
    init(_ object: some KubeObject, breaking errors: [FieldError]) {
        let diagnostics = errors.map { error in
            Diagnostic(
                severity: .error,
                reason: ReasonCode.invalidField,
                object: object.reference,
                field: error.path,
                message: error.message
            )
        }
        self.init((try? object.manifest()) ?? .null, at: object.key, diagnostics: diagnostics)
    }
}
