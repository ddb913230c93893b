package import BGPTypes

extension RouteTable {
    /// The prefixes that have a route here which they do not have, or not with these attributes, in `old`; in no order.
    package func changedPrefixes(since old: RouteTable) -> [IPPrefix] {
        RouteDifference(from: old, to: self).announcements.values.flatMap { Array($0) }
    }
}
