package import KubeModel

/// Values by the names of objects: what a dictionary is, in the order of names and in a fraction of its memory, since a
/// dictionary has up to two and a half times as many places as values, each as large as a value.
package struct ObjectMap<Value: Sendable>: Sendable {
    private struct Entry: Named, Sendable {
        let key: ObjectKey
        let value: Boxed<Value>
    }

    private var table = ObjectTable<Entry>()

    /// Nothing.
    init() {}

    /// The value of a name.
    package internal(set) subscript(key: ObjectKey) -> Value? {
        get { table[key]?.value.value }
        set {
            if let newValue {
                table.put(Entry(key: key, value: Boxed(newValue)))
            } else {
                table.remove(key)
            }
        }
    }

    /// Takes a value away and returns it.
    mutating func removeValue(forKey key: ObjectKey) -> Value? { table.remove(key)?.value.value }

    /// The names in order.
    package var keys: [ObjectKey] { table.map(\.key) }

    /// How many values there are.
    package var count: Int { table.count }
}

extension ObjectMap: Sequence {
    /// Every name with its value, in the order of names.
    package func makeIterator() -> AnyIterator<(key: ObjectKey, value: Value)> {
        var entries = table.makeIterator()
        return AnyIterator { entries.next().map { ($0.key, $0.value.value) } }
    }

    /// The values in the order of their names.
    package var values: [Value] { table.map(\.value.value) }

    /// A dictionary of what is made of the values.
    package func mapValues<Result>(_ transform: (Value) -> Result) -> [ObjectKey: Result] {
        Dictionary(uniqueKeysWithValues: map { ($0.key, transform($0.value)) })
    }
}

extension ObjectMap: Equatable where Value: Equatable {
    /// Equal when the same names have equal values.
    package static func == (left: ObjectMap, right: ObjectMap) -> Bool {
        left.count == right.count
            && zip(left.table, right.table).allSatisfy { $0.key == $1.key && $0.value == $1.value }
    }
}
