/// That the API server serves a kind which is not its own (apiextensions.k8s.io/v1), as far as whether it does.
package struct CustomResourceDefinition: KubeObject {
    /// `customresourcedefinitions` of apiextensions.k8s.io.
    package static let type = ResourceType(
        group: "apiextensions.k8s.io",
        version: "v1",
        kind: "CustomResourceDefinition",
        plural: "customresourcedefinitions",
        isNamespaced: false
    )

    /// Name, labels and the rest; the name is that of the kind's collection and its group.
    package var metadata: ObjectMeta
    package var status: Status?

    /// Makes a definition.
    package init(metadata: ObjectMeta, status: Status? = nil) {
        self.metadata = metadata
        self.status = status
    }

    /// What is (apiextensions/v1 CustomResourceDefinitionStatus).
    package struct Status: Hashable, Sendable, Codable {
        /// Established among them.
        package var conditions: [Condition]?

        /// Makes a status.
        package init(conditions: [Condition]? = nil) {
            self.conditions = conditions
        }
    }

    /// Whether objects of the kind can be read.
    package var isEstablished: Bool { (status?.conditions ?? []).holds("Established") }

    /// Leaves out what says nothing about whether the kind is served.
    package mutating func keepWhetherServed() {
        metadata = ObjectMeta(name: metadata.name, uid: metadata.uid)
        let established = isEstablished
        status = Status(conditions: [Condition(type: "Established", status: ConditionStatus(established))])
    }
}

extension ResourceType {
    /// The name of the CustomResourceDefinition of a kind that is not the API server's own.
    package var definitionName: String { "\(plural).\(group)" }
}
