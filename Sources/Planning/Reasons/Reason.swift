/// Why something is, or is not, announced: the public vocabulary of conditions, events, metrics, logs and `explain`.
///
/// Each subject is an enum in a file of its own, with a row for every case (``ReasonRow``).
package enum Reason: Hashable, Sendable {
    /// What a reason does to the verdict.
    package typealias Effect = ReasonRow.Effect

    /// What selects an address for a peer, or does not.
    case selection(Selection)
    /// What a Service says about its addresses, and whose they are.
    case address(Address)
    /// What a pool makes of an address.
    case pool(Pool)
    /// What a bound or a limit holds back.
    case limit(Limit)
    /// What the endpoints of a Service say.
    case endpoints(Endpoints)
    /// What the node says.
    case node(Node)
    /// What there is about a prefix, and what has none to announce.
    case prefix(Prefix)
    /// What the session and the wire say; added by whoever knows them.
    case session(Session)
    /// What gives a node its configuration, and what is wrong with it.
    case configuration(Configuration)
}

extension Reason: Reasoned {
    package func row(_ row: ReasonRow.Builder) -> ReasonRow {
        switch self {
        case .selection(let reason): reason.row(row)
        case .address(let reason): reason.row(row)
        case .pool(let reason): reason.row(row)
        case .limit(let reason): reason.row(row)
        case .endpoints(let reason): reason.row(row)
        case .node(let reason): reason.row(row)
        case .prefix(let reason): reason.row(row)
        case .session(let reason): reason.row(row)
        case .configuration(let reason): reason.row(row)
        }
    }
}
