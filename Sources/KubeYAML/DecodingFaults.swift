import KubeJSON
import KubeModel

/// Everything that keeps an object from being decoded as a kind.
///
/// A decoder stops at the first fault. So what is at fault is taken out, or something harmless is put in its place, and
/// decoding begins again until it comes to its end.
struct DecodingFaults<Object: KubeObject> {
    /// What is wrong, in the order in which it was met.
    private(set) var faults: [DecodingFault] = []
    /// The object without its faults; nil when there was no getting around one.
    private(set) var mended: (object: Object, json: JSONValue)?
    /// Where the mended object is not as it is written.
    private(set) var mendedPlaces: [FieldPath] = []

    /// How many attempts there are left; what an object of strangers costs is bounded, however large and faulty it is.
    private var attempts: Int

    /// Nobody reads more.
    private static var mostFaults: Int { 50 }
    /// How many values all attempts together may look at.
    private static var mostValues: Int { 1_000_000 }

    init(_ type: Object.Type, in json: JSONValue) {
        attempts = min(400, max(4, Self.mostValues / json.valueCount))
        var json = json
        while true {
            switch Self.decode(json) {
            case .success(let object):
                mended = (object, json)
                return
            case .failure(let fault):
                faults.append(fault)
                guard faults.count < Self.mostFaults, let next = mend(fault, in: json) else { return }
                json = next
            }
        }
    }

    private static func decode(_ json: JSONValue) -> Result<Object, DecodingFault> {
        do {
            return .success(try JSON.decode(Object.self, from: json))
        } catch let error as DecodingError {
            return .failure(DecodingFault(error, in: json))
        } catch {
            return .failure(DecodingFault(FieldPath(), "cannot be decoded"))
        }
    }

    /// The tree with the fault gone; of what is around it as little is changed as can be.
    private mutating func mend(_ fault: DecodingFault, in json: JSONValue) -> JSONValue? {
        var depth = fault.path.steps.count
        while depth > 0 {
            let place = FieldPath(Array(fault.path.steps.prefix(depth)))
            var candidates = Candidates(for: fault, besides: json.siblings(of: place.steps[...]))
            while let value = candidates.next() {
                guard attempts > 0 else { return nil }
                attempts -= 1
                guard let changed = json.replacing(place.steps[...], with: value) else { continue }
                switch Self.decode(changed) {
                case .success:
                    mendedPlaces.append(place)
                    return changed
                case .failure(let other) where !other.path.steps.starts(with: place.steps):
                    mendedPlaces.append(place)
                    return changed
                case .failure(let other):
                    if other.path == place { candidates.take(other) }
                }
            }
            depth -= 1
        }
        return nil
    }

    /// What may stand in the place of a value: nothing, or some value that the type there takes.
    private struct Candidates {
        private var values: [JSONValue?] = [
            nil, "x", .integer(1), .array([]), .object([:]), .bool(true), "192.0.2.1", "192.0.2.0/24", "65000:1",
            "65000:1:1",
        ]
        private var named: Set<String> = []

        /// Other elements of a list are most likely what is to be there.
        init(for fault: DecodingFault, besides siblings: [JSONValue]) {
            values.insert(contentsOf: siblings, at: 0)
            take(fault)
        }

        /// Tries the first of the names that a fault says are expected.
        mutating func take(_ fault: DecodingFault) {
            let prefix = "expected one of "
            guard fault.message.hasPrefix(prefix) else { return }
            let name = String(fault.message.dropFirst(prefix.count).prefix { $0 != "," })
            if named.insert(name).inserted { values.insert(.string(name), at: 0) }
        }

        mutating func next() -> JSONValue?? { values.isEmpty ? nil : .some(values.removeFirst()) }
    }
}

extension JSONValue {
    /// How many values the tree is made of.
    fileprivate var valueCount: Int {
        switch self {
        case .object(let members): members.values.reduce(1) { $0 + $1.valueCount }
        case .array(let elements): elements.reduce(1) { $0 + $1.valueCount }
        case .null, .bool, .integer, .number, .string: 1
        }
    }

    /// The nearest elements of the list that a path leads into.
    fileprivate func siblings(of steps: ArraySlice<FieldPath.Step>) -> [JSONValue] {
        guard let step = steps.first else { return [] }
        switch (step, self) {
        case (.field(let name), .object(let members)):
            return members[name]?.siblings(of: steps.dropFirst()) ?? []
        case (.index(let index), .array(let elements)) where elements.indices.contains(index):
            guard steps.count == 1 else { return elements[index].siblings(of: steps.dropFirst()) }
            return [index - 1, index + 1].filter(elements.indices.contains).map { elements[$0] }
        default:
            return []
        }
    }

    /// The tree with another value at a path, or with none there; nil where that cannot be, as in a list, whose other
    /// elements would have other places.
    fileprivate func replacing(_ steps: ArraySlice<FieldPath.Step>, with value: JSONValue?) -> JSONValue? {
        guard let step = steps.first else { return value }
        switch (step, self) {
        case (.field(let name), .object(var members)):
            if steps.count == 1 {
                guard members[name] != nil || value != nil else { return nil }
                members[name] = value
                return .object(members)
            }
            guard let changed = members[name]?.replacing(steps.dropFirst(), with: value) else { return nil }
            members[name] = changed
            return .object(members)
        case (.index(let index), .array(var elements)) where elements.indices.contains(index):
            guard let changed = elements[index].replacing(steps.dropFirst(), with: value) else { return nil }
            elements[index] = changed
            return .array(elements)
        default:
            return nil
        }
    }
}
