import KubeModel

/// Where the next page of a list begins; opaque to clients.
struct ContinueToken: Hashable {
    let snapshot: UInt64
    let revision: UInt64
    let offset: Int

    init(snapshot: UInt64, revision: UInt64, offset: Int) {
        self.snapshot = snapshot
        self.revision = revision
        self.offset = offset
    }

    /// Reads what `text` wrote.
    init?(_ text: String) {
        guard let decoded = Base64.decode(text) else { return nil }
        let parts = decoded.split(separator: ".")
        guard parts.count == 3, let snapshot = UInt64(parts[0]), let revision = UInt64(parts[1]),
            let offset = Int(parts[2]), offset >= 0
        else { return nil }
        self.init(snapshot: snapshot, revision: revision, offset: offset)
    }

    var text: String { Base64.encode("\(snapshot).\(revision).\(offset)") }
}

/// The rest of lists that clients read in pages, kept so that all pages show one revision.
struct PageSnapshots {
    private var lists: [(id: UInt64, revision: UInt64, objects: [StoredObject])] = []
    private var lastID: UInt64 = 0
    private static let most = 64

    /// Keeps a list under a new id; the oldest list makes room.
    mutating func keep(_ objects: [StoredObject], revision: UInt64) -> UInt64 {
        lastID += 1
        lists.append((lastID, revision, objects))
        if lists.count > Self.most { lists.removeFirst() }
        return lastID
    }

    /// The list of an id and revision, if still kept.
    func objects(_ id: UInt64, revision: UInt64) -> [StoredObject]? {
        lists.first { $0.id == id && $0.revision == revision }?.objects
    }
}
