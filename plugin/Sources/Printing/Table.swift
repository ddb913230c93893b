/// A table as kubectl prints them: headings in capitals, columns padded with spaces, no lines, nothing cut off.
package struct Table: Hashable, Sendable {
    /// One column: its heading and whether only `-o wide` shows it.
    package struct Column: Hashable, Sendable {
        package let heading: String
        package let isWide: Bool

        /// Makes a column, shown always unless `wide` says otherwise.
        package init(_ heading: String, wide: Bool = false) {
            self.heading = heading
            self.isWide = wide
        }
    }

    /// The columns, those of `-o wide` among them.
    package let columns: [Column]

    /// The rows, each with one cell for each column.
    package var rows: [[Cell]]

    /// Makes a table; rows may be added later.
    package init(columns: [Column], rows: [[Cell]] = []) {
        self.columns = columns
        self.rows = rows
    }
}

/// How a table is written: which columns, with headings or without, in colour or not.
package struct TableStyle: Hashable, Sendable {
    package var wide: Bool
    package var headings: Bool
    package var palette: Palette

    /// Makes a style; plain text with headings unless told otherwise.
    package init(wide: Bool = false, headings: Bool = true, palette: Palette = .monochrome) {
        self.wide = wide
        self.headings = headings
        self.palette = palette
    }
}

/// Writes tables with the same columns one after the other, as watching does.
///
/// A column never gets narrower, so that rows that arrive later stand below those that are on the screen already.
package struct TableWriter: Sendable {
    private let style: TableStyle
    private var widths: [Int] = []
    private var owesHeadings: Bool

    /// Makes a writer that has written nothing yet.
    package init(_ style: TableStyle) {
        self.style = style
        self.owesHeadings = style.headings
    }

    /// The lines of a table, each ended by a line break, the headings before the first rows only.
    package mutating func text(of table: Table) -> String {
        let shown = table.columns.indices.filter { style.wide || !table.columns[$0].isWide }
        var lines: [[Cell]] = []
        if owesHeadings {
            lines.append(shown.map { Cell(table.columns[$0].heading) })
            owesHeadings = false
        }
        for row in table.rows {
            lines.append(shown.map { row.indices.contains($0) ? row[$0] : .absent })
        }
        widen(to: lines)
        return lines.map(line).joined()
    }

    private mutating func widen(to lines: [[Cell]]) {
        for line in lines {
            for (column, cell) in line.enumerated() {
                if column < widths.count {
                    widths[column] = max(widths[column], cell.text.count)
                } else {
                    widths.append(cell.text.count)
                }
            }
        }
    }

    private func line(_ cells: [Cell]) -> String {
        var line = ""
        for (column, cell) in cells.enumerated() {
            line += style.palette.paint(cell.text, cell.tone)
            if column + 1 < cells.count {
                line += String(repeating: " ", count: widths[column] - cell.text.count + 3)
            }
        }
        return line + "\n"
    }
}

extension Table {
    /// The whole table as text.
    package func text(_ style: TableStyle = TableStyle()) -> String {
        var writer = TableWriter(style)
        return writer.text(of: self)
    }
}
