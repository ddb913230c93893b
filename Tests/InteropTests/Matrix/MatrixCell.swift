import BGPTypes
import TestSupport
import Testing

/// One cell of the interoperability table: a row tried with a router.
struct MatrixCell: Hashable, Sendable, CustomTestStringConvertible {
    var kind: RouterKind
    var row: MatrixRow

    var testDescription: String { "\(kind.rawValue): \(row.rawValue)" }

    /// The row's session, cut down to what the router can carry.
    var peering: Peering {
        var peering = row.peering
        if !kind.isDualStack { peering.families = peering.families.filter { $0 == peering.transport } }
        return peering
    }

    /// Why the router cannot do what the row asks for; such a cell is not tried.
    var obstacle: String? {
        switch (kind, row) {
        case (.bird1, .externalBothOverIPv4), (.bird1, .externalBothOverIPv6), (.bird1, .internalBothOverIPv4),
            (.bird1, .internalBothOverIPv6):
            "is one program per family, so that no session carries both"
        case (.bird1, .extendedNextHop), (.openbgpd, .extendedNextHop): "does not know RFC 8950"
        case (.gobgp, .refresh): "reads again what it kept, and has no command that sends a ROUTE-REFRESH"
        case (.exabgp, .nodeRestart): "keeps no table, so there is nothing it could hold over a restart"
        default: nil
        }
    }

    /// The cells of these rows that routers can fill, router by router.
    static func all(_ rows: MatrixRow...) -> [MatrixCell] {
        RouterKind.wanted.flatMap { kind in rows.map { MatrixCell(kind: kind, row: $0) } }
            .filter { $0.obstacle == nil }
    }
}
