/// How much of the pools one tenant can take.
package struct AddressLimits: Hashable, Sendable {
    /// The most addresses that the Services of one namespace have together; nil is any number.
    ///
    /// One that two Services share counts for each. What is given already stays, also beyond the bound.
    package var perNamespace: Int?

    /// The bounds of a default installation.
    ///
    /// A namespace can have as many addresses as routes to a peer: others could not be announced anyway.
    package init(perNamespace: Int? = AddressLimits.defaultPerNamespace) {
        self.perNamespace = perNamespace
    }

    /// The most addresses of a namespace unless the operator is told otherwise.
    package static let defaultPerNamespace = 4096

    /// The most addresses that a Service can ask for, whatever pools allow: with more its status, and the claims on them,
    /// would come near what the API server takes in one object.
    package static let perService = 256

    /// The most namespaces that a Service can name to share addresses with; `*` names all.
    package static let namespaces = 64

    /// The most Services with the addresses of one page of the ledger, which is one object on the API server.
    static let perPage = 4096

    /// How many of a sharing key's addresses are looked at for one that a Service can share, and how many Services in a
    /// row are looked at in vain when something is free: beyond that a tenant's odd mixture of ports is its own loss.
    static let tries = 64
}
