import CLibYAML

/// Reads events from UTF-8 text with libyaml.
///
/// The only place that touches C memory; everything it returns is copied.
struct YAMLEventReader: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeMutableBufferPointer<UInt8>
    private let file: String
    private let lineOffset: Int

    /// Copies the text; lines are counted from `lineOffset` + 1.
    init(text: String, file: String, lineOffset: Int) {
        self.file = file
        self.lineOffset = lineOffset
        let bytes = Array(text.utf8)
        input = .allocate(capacity: max(bytes.count, 1))
        _ = input.initialize(from: bytes)
        parser = .allocate(capacity: 1)
        parser.initialize(to: yaml_parser_t())
        // Fails only without memory, and then the first `next` reports an error.
        _ = yaml_parser_initialize(parser)
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, input.baseAddress, bytes.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deinitialize(count: 1)
        parser.deallocate()
        input.deallocate()
    }

    /// Reads the next event, or throws what libyaml dislikes in words of ours.
    mutating func next() throws(YAMLError) -> YAMLEvent {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else {
            throw problem()
        }
        defer { yaml_event_delete(&event) }
        let position = position(of: event.start_mark)
        switch event.type {
        case YAML_STREAM_START_EVENT: return YAMLEvent(kind: .streamStart, position: position)
        case YAML_DOCUMENT_START_EVENT: return YAMLEvent(kind: .documentStart, position: position)
        case YAML_DOCUMENT_END_EVENT: return YAMLEvent(kind: .documentEnd, position: position)
        case YAML_SEQUENCE_END_EVENT: return YAMLEvent(kind: .sequenceEnd, position: position)
        case YAML_MAPPING_END_EVENT: return YAMLEvent(kind: .mappingEnd, position: position)
        case YAML_ALIAS_EVENT:
            return YAMLEvent(kind: .alias(text(event.data.alias.anchor) ?? ""), position: position)
        case YAML_SEQUENCE_START_EVENT:
            let start = event.data.sequence_start
            return YAMLEvent(
                kind: .sequenceStart,
                position: position,
                anchor: text(start.anchor),
                tag: text(start.tag)
            )
        case YAML_MAPPING_START_EVENT:
            let start = event.data.mapping_start
            return YAMLEvent(kind: .mappingStart, position: position, anchor: text(start.anchor), tag: text(start.tag))
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let value = UnsafeBufferPointer(start: scalar.value, count: scalar.value == nil ? 0 : scalar.length)
            return YAMLEvent(
                kind: .scalar(
                    String(decoding: value, as: UTF8.self),
                    scalar.style == YAML_PLAIN_SCALAR_STYLE ? .plain : .quoted
                ),
                position: position,
                anchor: text(scalar.anchor),
                tag: text(scalar.tag)
            )
        default: return YAMLEvent(kind: .streamEnd, position: position)
        }
    }

    private func text(_ value: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        guard let value else { return nil }
        return String(cString: value)
    }

    private func position(of mark: yaml_mark_t) -> SourcePosition {
        SourcePosition(line: Int(mark.line) + lineOffset + 1, column: Int(mark.column) + 1)
    }

    /// libyaml names what it was doing and what it met; the byte at the place tells tabs apart, the commonest cause.
    private func problem() -> YAMLError {
        let state = parser.pointee
        var found = state.problem.map { String(cString: $0) } ?? "not readable as YAML"
        var expected = state.context.map { "valid YAML (\(String(cString: $0)))" } ?? "valid YAML"
        let offset = Int(state.problem_mark.index)
        if state.error == YAML_READER_ERROR {
            found = "bytes that are not UTF-8 text"
            expected = "UTF-8"
        } else if found.contains("tab character") || byteIsTab(at: state.problem_mark) {
            found = "found a tab character"
            expected = "spaces for indentation"
        } else if found == "mapping values are not allowed in this context" {
            found = "found a second ':' on the line"
            expected = "one key per line, or quotes around a value that contains ': '"
        } else if found == "could not find expected ':'" {
            found = "found a line that is not a key"
            expected = "'key: value', indented like the keys around it"
        } else if found == "did not find expected key" {
            found = "found text that does not fit the indentation"
            expected = "a key indented like the keys around it"
        } else if found == "did not find expected '-' indicator" {
            found = "found text inside a list"
            expected = "'- ' indented like the items around it"
        } else if offset >= input.count, found.contains("unexpected end of stream") {
            found = "the text ends too early"
        }
        return YAMLError(file: file, position: position(of: state.problem_mark), found: found, expected: expected)
    }

    /// Marks count characters, so the line is found by its breaks and the column by decoding.
    private func byteIsTab(at mark: yaml_mark_t) -> Bool {
        var lines = input.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).makeIterator()
        for _ in 0..<Int(mark.line) { _ = lines.next() }
        guard let line = lines.next() else { return false }
        let characters = String(decoding: line, as: UTF8.self).unicodeScalars
        return characters.dropFirst(Int(mark.column)).first == "\t"
    }
}
