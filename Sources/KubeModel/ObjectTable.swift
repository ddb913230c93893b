/// Something that bears the name of an object.
package protocol Named {
    /// Namespace and name.
    var key: ObjectKey { get }
}

/// Things that bear the names of objects, one for each name, in the order of the names.
///
/// They lie beside each other in parts of up to 128, so a thing costs little more than itself and its name is kept once.
/// A value: a copy shares all parts, and the next change copies the one that it touches and the list of the parts.
package struct ObjectTable<Element: Named> {
    /// None is empty.
    private var parts: [ContiguousArray<Element>] = []
    /// How many things there are.
    package private(set) var count = 0

    /// The most things of a part.
    private static var most: Int { 128 }

    /// Nothing.
    package init() {}

    /// Takes things in any order; of several with one name the last counts.
    package init(_ elements: some Sequence<Element>) {
        for element in elements { put(element) }
    }

    /// Whether there is nothing.
    package var isEmpty: Bool { count == 0 }

    /// The thing of a name.
    package subscript(key: ObjectKey) -> Element? {
        guard let (part, place) = place(of: key) else { return nil }
        let element = parts[part][place]
        return element.key == key ? element : nil
    }

    /// Puts a thing in the place of the one with its name, which is returned.
    @discardableResult
    package mutating func put(_ element: Element) -> Element? {
        let key = element.key
        guard let (part, place) = place(of: key) else {
            append(element)
            return nil
        }
        let present = parts[part][place]
        guard present.key == key else {
            insert(element, part, place)
            return nil
        }
        parts[part][place] = element
        return present
    }

    /// Changes the thing of a name where it lies, if there is one; its name must stay.
    package mutating func change<Result>(_ key: ObjectKey, _ body: (inout Element) -> Result) -> Result? {
        guard let (part, place) = place(of: key), parts[part][place].key == key else { return nil }
        return body(&parts[part][place])
    }

    /// Changes every thing where it lies; their names must stay.
    package mutating func changeAll(_ body: (inout Element) -> Void) {
        for part in parts.indices {
            for place in parts[part].indices { body(&parts[part][place]) }
        }
    }

    /// Takes the thing of a name away and returns it.
    @discardableResult
    package mutating func remove(_ key: ObjectKey) -> Element? {
        guard let (part, place) = place(of: key), parts[part][place].key == key else { return nil }
        count -= 1
        let element = parts[part].remove(at: place)
        if parts[part].isEmpty {
            parts.remove(at: part)
        } else if parts[part].count < Self.most / 8 {
            join(part)
        }
        return element
    }

    /// The names in order.
    package var keys: some Sequence<ObjectKey> { lazy.map(\.key) }

    /// The first place whose name is not less than `key`; nil when there is none.
    private func place(of key: ObjectKey) -> (part: Int, place: Int)? {
        // The part is the first whose last name is not less.
        var (low, high) = (0, parts.count)
        // What arrives in order goes to the end.
        if let last = parts.last?.last, last.key < key { return nil }
        while low < high {
            let middle = (low + high) / 2
            if parts[middle][parts[middle].count - 1].key < key { low = middle + 1 } else { high = middle }
        }
        guard low < parts.count else { return nil }
        let part = low
        (low, high) = (0, parts[part].count)
        while low < high {
            let middle = (low + high) / 2
            if parts[part][middle].key < key { low = middle + 1 } else { high = middle }
        }
        return (part, low)
    }

    private mutating func append(_ element: Element) {
        count += 1
        guard let last = parts.indices.last, parts[last].count < Self.most else {
            var part = ContiguousArray<Element>()
            part.append(element)
            parts.append(part)
            return
        }
        parts[last].append(element)
    }

    private mutating func insert(_ element: Element, _ part: Int, _ place: Int) {
        count += 1
        guard parts[part].count == Self.most else {
            parts[part].insert(element, at: place)
            return
        }
        let half = Self.most / 2
        let upper = ContiguousArray(parts[part][half...])
        parts[part] = ContiguousArray(parts[part][..<half])
        parts.insert(upper, at: part + 1)
        if place <= half {
            parts[part].insert(element, at: place)
        } else {
            parts[part + 1].insert(element, at: place - half)
        }
    }

    /// Joins a small part with its neighbour where both fit into one.
    private mutating func join(_ part: Int) {
        let lower = part > 0 ? part - 1 : part
        guard lower + 1 < parts.count, parts[lower].count + parts[lower + 1].count <= Self.most else { return }
        parts[lower] += parts.remove(at: lower + 1)
    }
}

extension ObjectTable: Sequence {
    /// All things in the order of their names.
    package func makeIterator() -> FlattenSequence<[ContiguousArray<Element>]>.Iterator {
        parts.joined().makeIterator()
    }

    /// How many things there are.
    package var underestimatedCount: Int { count }
}

extension ObjectTable: Sendable where Element: Sendable {}

extension ObjectTable: Equatable where Element: Equatable {
    /// Equal when the same names have equal things.
    package static func == (left: ObjectTable, right: ObjectTable) -> Bool {
        left.count == right.count && left.elementsEqual(right)
    }
}
