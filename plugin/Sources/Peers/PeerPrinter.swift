import BGPResources
import KubeJSON
import KubeModel
import PlainText

/// Prints peers in the form that was asked for.
struct PeerPrinter: Sendable {
    private var writer: TableWriter
    private let format: OutputFormat
    private let families: @Sendable (String) -> Bool

    init(style: TableStyle, format: OutputFormat, families: @escaping @Sendable (String) -> Bool) {
        writer = TableWriter(style)
        self.format = format
        self.families = families
    }

    /// Prints all peers as one answer.
    mutating func printAll(_ reports: [PeerReport], on console: Console) throws {
        switch format {
        case .json, .yaml:
            let items = try reports.map { try document($0) }
            try console.write(.list("PeerList", items: items), as: format)
        case .table, .wide, .name, .github:
            if reports.isEmpty { console.note("No resources found") }
            try printEach(reports, on: console)
        }
    }

    /// Prints peers as part of an answer that may go on.
    mutating func printEach(_ reports: [PeerReport], on console: Console) throws {
        guard !reports.isEmpty else { return }
        switch format {
        case .json, .yaml:
            for report in reports { try console.write(try document(report), as: format, inStream: true) }
        case .name:
            for report in reports {
                try console.output.write("\(report.node)/\(report.instance)/\(report.peer.name)".onOneLine + "\n")
            }
        case .table, .wide, .github:
            let now = console.now()
            let rows = reports.flatMap { PeerTable.rows(of: $0, families: families, now: now) }
            try console.output.write(writer.text(of: Table(columns: PeerTable.columns, rows: rows)))
        }
    }

    private func document(_ report: PeerReport) throws -> JSONValue {
        var members = try report.document().object ?? [:]
        members["apiVersion"] = .string(Document.apiVersion)
        members["kind"] = "Peer"
        return .object(members)
    }
}
