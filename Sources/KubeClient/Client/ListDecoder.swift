import FoundationEssentials
import KubeJSON
import KubeModel

/// Takes a list apart while its octets arrive: of all its objects no more than one is held as text.
struct ListDecoder<Object: KubeObject>: Sendable {
    /// No longer object is read; it is left out and named.
    ///
    /// etcd keeps objects below 1.5 MB, which are at most six times as long as JSON.
    static var longestItem: Int { JSONLineDecoder.maximumLength }

    /// How many octets there were so far.
    private(set) var octets = 0
    /// The objects so far.
    private(set) var items: [Object] = []
    /// What could not be read so far.
    private(set) var undecodable: [InvalidObject] = []

    /// The list without its items.
    private var envelope: [UInt8] = []
    private var item: [UInt8] = []
    /// The item at hand, when it is too long.
    private var outline: ObjectOutline?
    private var itemLength = 0
    private var place = Place.envelope
    /// How many objects and lists are open.
    private var depth = 0
    private var isInString = false
    private var isEscaped = false
    /// The last string that stood in the list itself, which is the name of the member that begins after it.
    private var word: [UInt8] = []

    private enum Place {
        case envelope
        case betweenItems
        case item
    }

    /// Longer than any name of a list's own members.
    private static var longestWord: Int { 16 }
    /// A list has its version and a token beside its items, and nothing long.
    private static var longestEnvelope: Int { 1 << 20 }

    /// Takes more octets; throws `KubeError` when they can be no list.
    mutating func append(_ bytes: [UInt8]) throws(KubeError) {
        octets += bytes.count
        // What belongs to one place is handed over in one.
        var start = 0
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if isInString {
                if place == .item, !isEscaped {
                    // Most of a long object is in its strings.
                    while index < bytes.count, bytes[index] != UInt8(ascii: "\""), bytes[index] != UInt8(ascii: "\\") {
                        index += 1
                    }
                    guard index < bytes.count else { break }
                    isInString = bytes[index] != UInt8(ascii: "\"")
                    isEscaped = isInString
                } else if byte == UInt8(ascii: "\""), !isEscaped {
                    isInString = false
                } else {
                    isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
                    if place == .envelope, depth == 1, word.count < Self.longestWord { word.append(byte) }
                }
                index += 1
                continue
            }
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): break
            case UInt8(ascii: ","):
                if place == .item, depth == 2 { try endItem(bytes[start..<index], &start, at: index) }
            case UInt8(ascii: "]") where place == .betweenItems || place == .item && depth == 2:
                if place == .item { try endItem(bytes[start..<index], &start, at: index) }
                place = .envelope
                start = index
                depth -= 1
            default:
                if place == .betweenItems { beginItem(&start, at: index) }
                if byte == UInt8(ascii: "\"") {
                    isInString = true
                    isEscaped = false
                    if place == .envelope, depth == 1 { word = [] }
                } else if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
                    depth += 1
                    if place == .envelope, depth == 2, byte == UInt8(ascii: "["), word.elementsEqual("items".utf8) {
                        try takeEnvelope(bytes[start...index])
                        place = .betweenItems
                    }
                } else if byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") {
                    depth -= 1
                    guard depth >= (place == .item ? 2 : 0) else { throw noList }
                    if place == .item, depth == 2 { try endItem(bytes[start...index], &start, at: index) }
                }
            }
            index += 1
        }
        switch place {
        case .envelope: try takeEnvelope(bytes[start...])
        case .item: takeItem(bytes[start...])
        case .betweenItems: break
        }
    }

    /// The page, when all of it has come; throws `KubeError` when it is no list.
    mutating func finish() throws(KubeError) -> ListPage<Object> {
        guard let tree = try? JSON.read(envelope), place == .envelope,
            let metadata = try? JSON.decode(ListMeta.self, from: tree["metadata"] ?? .null),
            tree["items"].map({ $0.isNull || $0.array != nil }) ?? false
        else { throw noList }
        return ListPage(
            items: items,
            undecodable: undecodable,
            resourceVersion: metadata.resourceVersion ?? "",
            continue: metadata.continue.flatMap { $0.isEmpty ? nil : $0 }
        )
    }

    private var noList: KubeError { KubeError(.undecodable, "the list of \(Object.type.plural) cannot be decoded") }

    private mutating func takeEnvelope(_ bytes: ArraySlice<UInt8>) throws(KubeError) {
        envelope += bytes
        guard envelope.count <= Self.longestEnvelope else { throw noList }
    }

    private mutating func beginItem(_ start: inout Int, at index: Int) {
        place = .item
        start = index
        itemLength = 0
        outline = nil
        item.removeAll(keepingCapacity: true)
    }

    private mutating func takeItem(_ bytes: ArraySlice<UInt8>) {
        itemLength += bytes.count
        guard itemLength > Self.longestItem else {
            item += bytes
            return
        }
        var seen = outline ?? .object
        if outline == nil { seen.append(item[...]) }
        seen.append(bytes)
        outline = seen
        item = []
    }

    private mutating func endItem(_ bytes: ArraySlice<UInt8>, _ start: inout Int, at index: Int) throws(KubeError) {
        takeItem(bytes)
        place = .betweenItems
        start = index
        if let outline {
            undecodable.append(InvalidObject(tooLong: outline, length: itemLength, as: Object.self))
            return
        }
        guard let tree = try? JSON.read(item, leavingOut: Object.unread) else { throw noList }
        switch DecodedOrInvalid<Object>(tree) {
        case .good(let object): items.append(object)
        case .bad(let object): undecodable.append(object)
        }
    }
}
