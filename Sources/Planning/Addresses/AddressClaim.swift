package import BGPTypes
package import KubeModel

/// The right of a Service to an address, recorded before the Service's status shows it.
package struct AddressClaim: Hashable, Sendable {
    package let address: IPAddress
    /// Who may have it.
    package let service: ObjectKey
    /// The `resourceVersion` of the Service that the claim was made on: only a write on that very version may follow.
    package let basis: String

    /// States a claim.
    package init(_ address: IPAddress, _ service: ObjectKey, basis: String) {
        self.address = address
        self.service = service
        self.basis = basis
    }

    /// Whether no write can follow from the claim any more, and the address is not in use by it.
    ///
    /// `version` and `addresses` are the Service's `resourceVersion` and the addresses in its status, read after the
    /// claim; nil when it is gone. The write that the claim was made for asks for version `basis`, and the server gives
    /// no version twice, not even to a Service of the same name.
    package func isVoid(version: String?, addresses: [IPAddress]) -> Bool {
        guard let version else { return true }
        return version != basis && !addresses.contains(address)
    }

    /// Whether a version of the Service is surely not older than the one that the claim was made on.
    ///
    /// Versions of one kind grow as decimal numbers (Kubernetes API concepts, "Resource versions"); of others only
    /// equality says something.
    package func isSeen(at version: String) -> Bool {
        if version == basis { return true }
        guard let present = UInt64(version), let claimed = UInt64(basis) else { return false }
        return present > claimed
    }
}
