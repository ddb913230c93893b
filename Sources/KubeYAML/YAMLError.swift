/// Why a text is not YAML that Kubernetes would read, and where.
package struct YAMLError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file as the caller named it.
    package var file: String
    /// Where in the file.
    package var position: SourcePosition
    /// What was found, on one line.
    package var found: String
    /// What would have been right, on one line.
    package var expected: String

    /// Takes all parts; `found` and `expected` carry no full stop and no line break.
    package init(file: String, position: SourcePosition, found: String, expected: String) {
        self.file = file
        self.position = position
        self.found = found
        self.expected = expected
    }

    /// What was found and what was expected, without the place.
    package var message: String { "\(found), expected \(expected)" }

    /// `file:line:column: found, expected …`.
    package var description: String { "\(file):\(position): \(message)" }
}
