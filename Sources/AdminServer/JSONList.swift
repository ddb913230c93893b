import KubeJSON
import KubeModel

/// Writes a JSON document with a long list in it, element by element.
///
/// The text is the one that encoding the whole document would give.
package struct JSONList<Document: Encodable, Element: Encodable> {
    private let writer: AdminWriter
    private let limit: Int
    private var batch: [Element] = []
    private var written = 0

    /// How many elements are encoded together.
    private static var batchSize: Int { 64 }

    /// Whether there was more than `limit` elements, of which the rest is left out.
    package private(set) var isCut = false

    /// Writes to a page.
    package init(limit: Int = .max, _ writer: AdminWriter) {
        self.writer = writer
        self.limit = limit
    }

    /// Writes the document, whose list is empty, as far as its list.
    package func begin(_ document: Document, in list: String) async throws {
        try await writer.write(try Self.parts(document, list).before)
    }

    /// Writes an element, unless there are enough.
    package mutating func write(_ element: Element) async throws {
        guard written + batch.count < limit else {
            isCut = true
            return
        }
        batch.append(element)
        if batch.count == Self.batchSize { try await flush() }
    }

    /// Writes the document, whose list is empty, from the end of its list.
    package mutating func end(_ document: Document, in list: String) async throws {
        try await flush()
        try await writer.write(try Self.parts(document, list).after)
    }

    private mutating func flush() async throws {
        guard !batch.isEmpty else { return }
        let text = try JSON.encode(batch)
        if written > 0 { try await writer.write(",") }
        try await writer.write(text.dropFirst().dropLast())
        written += batch.count
        batch.removeAll(keepingCapacity: true)
    }

    private static func parts(_ document: Document, _ list: String) throws -> (before: Substring, after: Substring) {
        let text = String(decoding: try JSON.encode(document), as: UTF8.self)
        // A quote inside a string is written with a backslash, so this stands nowhere else.
        guard let place = text.firstRange(of: "\"\(list)\":[]") else { return (text[...], "") }
        let middle = text.index(before: place.upperBound)
        return (text[..<middle], text[middle...])
    }
}
