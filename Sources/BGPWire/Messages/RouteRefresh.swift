package import BGPTypes

/// A ROUTE-REFRESH message (RFC 2918 §3, RFC 7313 §3.2).
package struct RouteRefresh: Hashable, Sendable {
    /// What the message asks or marks, by the octet that RFC 2918 reserved.
    package struct Subtype: Hashable, Sendable, RawRepresentable {
        /// The octet.
        package let rawValue: UInt8

        /// Takes any octet; unknown ones are to be ignored (RFC 7313 §5).
        package init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        /// Send all routes of the family again.
        package static let request = Subtype(rawValue: 0)
        /// BoRR: a repetition starts.
        package static let begin = Subtype(rawValue: 1)
        /// EoRR: the repetition is complete.
        package static let end = Subtype(rawValue: 2)
    }

    /// The family meant.
    package var family: RouteFamily
    /// Request, begin or end.
    package var subtype: Subtype

    /// Joins the two.
    package init(_ family: RouteFamily, subtype: Subtype = .request) {
        self.family = family
        self.subtype = subtype
    }
}
