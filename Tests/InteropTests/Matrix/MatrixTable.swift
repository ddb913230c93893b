import FoundationEssentials
import TestSupport

/// The table of what was tried with which version.
actor MatrixTable {
    private static let shared = MatrixTable()
    private var filled: Set<MatrixCell> = []
    private var versions: [RouterKind: String] = [:]

    /// Notes that a cell has passed in this run and writes `.build/interop.md` anew.
    static func passed(_ cell: MatrixCell) async throws {
        try await shared.add(cell)
    }

    private func add(_ cell: MatrixCell) async throws {
        if versions[cell.kind] == nil { versions[cell.kind] = try await cell.kind.version() }
        filled.insert(cell)
        let names = RouterKind.allCases.map { kind in "\(kind.product) \(versions[kind] ?? "")" }
        let header = (["tried"] + names).joined(separator: " | ")
        let lines = ["| \(header) |", "| --- |" + RouterKind.allCases.map { _ in " --- |" }.joined()]
        let text = (lines + Self.rows(filled) + [""] + Self.notes).joined(separator: "\n") + "\n"
        try text.write(toFile: Checkout.path(".build/interop.md"), atomically: true, encoding: .utf8)
    }

    /// The table's lines below its head: `yes` where the cell is among these, `–` where the router cannot, else nothing.
    static func rows(_ filled: Set<MatrixCell>) -> [String] {
        MatrixRow.allCases.map { row in
            let cells = RouterKind.allCases.map { kind in
                let cell = MatrixCell(kind: kind, row: row)
                return cell.obstacle != nil ? "–" : filled.contains(cell) ? "yes" : ""
            }
            return "| \(([row.rawValue] + cells).joined(separator: " | ")) |"
        }
    }

    /// What each `–` stands for.
    static var notes: [String] {
        var notes: [String] = []
        for kind in RouterKind.allCases {
            for obstacle in MatrixRow.allCases.compactMap({ MatrixCell(kind: kind, row: $0).obstacle }) {
                let note = "- \(kind.rawValue) \(obstacle)."
                if !notes.contains(note) { notes.append(note) }
            }
        }
        return notes
    }
}
