package import KubeJSON
package import KubeModel

/// Which entry of which BGPAdvertisement: the policy that a route comes from.
package struct EntryReference: Hashable, Sendable, Comparable {
    /// The name of the BGPAdvertisement.
    package let advertisement: String
    /// The place in `spec.advertisements`, from 0.
    package let index: Int

    /// Names an entry.
    package init(advertisement: String, index: Int) {
        self.advertisement = advertisement
        self.index = index
    }

    /// By name, then place.
    package static func < (left: EntryReference, right: EntryReference) -> Bool {
        (left.advertisement, left.index) < (right.advertisement, right.index)
    }

    /// The object that holds the entry.
    package var object: ObjectReference { ObjectReference(kind: "BGPAdvertisement", name: advertisement) }

    /// The place of the entry in its object.
    package var path: FieldPath { FieldPath("spec.advertisements").index(index) }

    /// `BGPAdvertisement/public entry 0`.
    package var words: String { "\(object) entry \(index)" }
}
