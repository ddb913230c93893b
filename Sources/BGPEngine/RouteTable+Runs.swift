package import BGPTypes

/// Prefixes of one family that are announced with equal attributes.
package struct RouteRun: Sendable {
    /// What all of them carry.
    package let attributes: RouteAttributes
    /// Their family.
    package let family: IPFamily
    /// The prefixes in ascending order, each once.
    package let prefixes: [IPPrefix]

    /// Joins the three.
    package init(attributes: RouteAttributes, family: IPFamily, prefixes: [IPPrefix]) {
        self.attributes = attributes
        self.family = family
        self.prefixes = prefixes
    }
}

extension RouteTable {
    /// Takes routes that come sorted into runs, of which no two share family and attributes, or a prefix.
    package init(runs: some Sequence<RouteRun>) {
        var groups: [Key: PrefixSet] = [:]
        for run in runs {
            var builder = PrefixSetBuilder()
            for prefix in run.prefixes { builder.append(PrefixKey(prefix)) }
            let key = Key(family: run.family, attributes: run.attributes)
            groups[key] = PrefixSet(family: run.family, chunks: builder.finish())
        }
        self.init(groups: groups)
    }
}
