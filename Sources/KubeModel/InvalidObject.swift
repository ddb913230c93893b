/// An object whose newest version is not taken: our type cannot hold it, or it breaks a rule of its kind.
package struct InvalidObject: Hashable, Sendable {
    /// Its name, if that much can be read.
    package let key: ObjectKey?
    /// Its version, if that much can be read.
    package let resourceVersion: String?
    /// The generation that was refused, if that much can be read.
    package let generation: Int64?
    /// What its status says of it, as far as that can be read.
    package let conditions: [Condition]
    /// What is wrong with it, at least one finding.
    package let diagnostics: [Diagnostic]

    package init(
        key: ObjectKey?,
        resourceVersion: String?,
        generation: Int64?,
        conditions: [Condition],
        diagnostics: [Diagnostic]
    ) {
        self.key = key
        self.resourceVersion = resourceVersion
        self.generation = generation
        self.conditions = conditions
        self.diagnostics = diagnostics
    }
}
