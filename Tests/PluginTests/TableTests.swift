import Testing
import kubectl_bgp

struct TableTests {
    private let table = Table(
        columns: [.init("NODE"), .init("PORT", wide: true), .init("WHY")],
        rows: [
            [Cell("n1"), Cell("179"), Cell("refused", .bad)],
            [Cell("control-plane"), Cell(""), Cell("")],
        ]
    )

    @Test func `columns are three spaces apart and the last one is not padded`() {
        #expect(
            table.text() == """
                NODE            WHY
                n1              refused
                control-plane   -

                """
        )
    }

    @Test func `wide shows every column and headings can be left away`() {
        #expect(
            table.text(TableStyle(wide: true, headings: false)) == """
                n1              179   refused
                control-plane   -     -

                """
        )
    }

    @Test func `colours change no column`() {
        #expect(
            table.text(TableStyle(headings: false, palette: .ansi))
                == "n1              \u{1B}[31mrefused\u{1B}[0m\ncontrol-plane   -\n"
        )
    }

    @Test func `later rows are printed below earlier ones without new headings`() {
        var writer = TableWriter(TableStyle())
        _ = writer.text(of: table)
        let later = Table(columns: table.columns, rows: [[Cell("n2"), Cell("179"), Cell("up")]])
        #expect(writer.text(of: later) == "n2              up\n")
    }

    @Test func `a row that is too short is filled up`() {
        #expect(Table(columns: table.columns, rows: [[Cell("n1")]]).text() == "NODE   WHY\nn1     -\n")
    }

    @Test(arguments: [
        ("plain", "plain"), ("", "-"), ("two\nlines", "two lines"), ("a\tb\r", "a b "),
        ("\u{1B}[2Jgone", "\u{FFFD}[2Jgone"), ("a\u{202E}b", "a\u{FFFD}b"), ("ü–✓", "ü–✓"),
    ])
    func `nothing in a cell can move the cursor`(text: String, cell: String) {
        #expect(Cell(text).text == cell)
    }
}
