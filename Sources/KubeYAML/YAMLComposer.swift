/// Builds the node tree of one document from events.
///
/// Aliases are expanded and merge keys resolved here, so that whatever walks a tree sees plain lists and mappings.
struct YAMLComposer: ~Copyable {
    /// Deeper nesting is refused: no manifest is near it, and every reader of the tree is recursive.
    static let maximumDepth = 200
    /// The nodes that aliases may add to a document, against texts that double with every line.
    static let maximumExpansion = 1_000_000

    private let file: String
    private var reader: YAMLEventReader
    private var anchors: [String: YAMLNode] = [:]
    private var open: Set<String> = []
    /// How many nodes the text itself has so far.
    private var written = 0

    init(text: String, file: String, lineOffset: Int) {
        self.file = file
        reader = YAMLEventReader(text: text, file: file, lineOffset: lineOffset)
    }

    /// Returns the next document's root, or nil at the end.
    mutating func nextDocument() throws(YAMLError) -> YAMLNode? {
        while true {
            let event = try reader.next()
            switch event.kind {
            case .streamEnd: return nil
            case .streamStart, .documentStart, .documentEnd: continue
            default:
                anchors = [:]
                return try node(event, depth: 0)
            }
        }
    }

    private mutating func node(_ event: YAMLEvent, depth: Int) throws(YAMLError) -> YAMLNode {
        guard depth < Self.maximumDepth else {
            throw error(event.position, "found nesting deeper than \(Self.maximumDepth)", "a flatter document")
        }
        if case .alias(let name) = event.kind {
            return try alias(name, at: event.position)
        }
        written += 1
        if let anchor = event.anchor { open.insert(anchor) }
        var node = YAMLNode(position: event.position, tag: event.tag, content: .sequence([]), weight: 1)
        switch event.kind {
        case .scalar(let text, let style):
            node.content = .scalar(text, style)
        case .sequenceStart:
            node = try sequence(node, depth: depth)
        case .mappingStart:
            node = try mapping(node, depth: depth)
        default:
            throw error(event.position, "found the end of a block", "a value")
        }
        if let anchor = event.anchor {
            open.remove(anchor)
            anchors[anchor] = node
        }
        return node
    }

    private func alias(_ name: String, at position: SourcePosition) throws(YAMLError) -> YAMLNode {
        guard !open.contains(name) else {
            throw error(position, "alias *\(name) stands inside its own anchor", "an anchor that ended before")
        }
        guard var node = anchors[name] else {
            throw error(position, "alias *\(name) has no anchor", "&\(name) earlier in the same document")
        }
        node.position = position
        return node
    }

    private mutating func sequence(_ start: YAMLNode, depth: Int) throws(YAMLError) -> YAMLNode {
        var node = start
        var items: [YAMLNode] = []
        while true {
            let event = try reader.next()
            if case .sequenceEnd = event.kind { break }
            let item = try self.node(event, depth: depth + 1)
            try add(item.weight, to: &node)
            items.append(item)
        }
        node.content = .sequence(items)
        return node
    }

    private mutating func mapping(_ start: YAMLNode, depth: Int) throws(YAMLError) -> YAMLNode {
        var node = start
        var entries: [YAMLNode.Entry] = []
        var merged: [YAMLNode.Entry] = []
        var seen: [String: SourcePosition] = [:]
        while true {
            let event = try reader.next()
            if case .mappingEnd = event.kind { break }
            let key = try self.node(event, depth: depth + 1)
            let value = try self.node(try reader.next(), depth: depth + 1)
            if key.isMergeKey {
                merged += try mergeEntries(value)
                continue
            }
            let name = try key.keyText(file: file)
            if let first = seen.updateValue(key.position, forKey: name) {
                throw error(key.position, "key \"\(name)\" again", "it once (first at line \(first.line))")
            }
            try add(key.weight + value.weight, to: &node)
            entries.append(YAMLNode.Entry(key: key, value: value))
        }
        // What is written in the mapping itself wins, then the earlier of several merged mappings (YAML 1.1 merge type).
        for entry in merged {
            let name = try entry.key.keyText(file: file)
            guard seen.updateValue(entry.key.position, forKey: name) == nil else { continue }
            try add(entry.key.weight + entry.value.weight, to: &node)
            entries.append(entry)
        }
        node.content = .mapping(entries)
        return node
    }

    private func mergeEntries(_ value: YAMLNode) throws(YAMLError) -> [YAMLNode.Entry] {
        switch value.content {
        case .mapping(let entries): return entries
        case .sequence(let items):
            var entries: [YAMLNode.Entry] = []
            for item in items {
                guard case .mapping(let more) = item.content else {
                    throw error(item.position, "'<<' merges a value that is no mapping", "mappings only")
                }
                entries += more
            }
            return entries
        case .scalar:
            throw error(value.position, "'<<' merges a value that is no mapping", "a mapping or a list of mappings")
        }
    }

    private func add(_ weight: Int, to node: inout YAMLNode) throws(YAMLError) {
        node.weight += weight
        guard node.weight - written <= Self.maximumExpansion else {
            throw error(
                node.position,
                "aliases expand to more than \(Self.maximumExpansion) values",
                "a smaller document"
            )
        }
    }

    private func error(_ position: SourcePosition, _ found: String, _ expected: String) -> YAMLError {
        YAMLError(file: file, position: position, found: found, expected: expected)
    }
}

extension YAMLNode {
    /// Whether it is a plain `<<`.
    fileprivate var isMergeKey: Bool {
        if case .scalar("<<", .plain) = content { return tag == nil || tag == "tag:yaml.org,2002:merge" }
        return false
    }
}
