/// The fields that a type asks for while it is decoded, which are the fields it knows.
package final class KnownFields {
    /// The objects that were opened, in the order of that.
    private var objects: [AskedObject] = []

    /// Nothing is asked yet.
    package init() {}

    /// The fields that were asked for in the object at a path, sorted.
    package func names(in object: FieldPath) -> [String] {
        objects.filter { FieldPath($0.node.place.path) == object }
            .reduce(into: Set<String>()) { $0.formUnion($1.names) }
            .sorted()
    }

    /// Whether some field with a value was not asked for in an object that was opened; nulls and empty values are none.
    ///
    /// An object that is opened twice counts as two, each of which has to ask for everything. `apiVersion` and `kind` of the
    /// whole are asked for by whoever chose the type.
    package var hasUnasked: Bool {
        objects.contains { object in
            object.members.contains { name, value in
                !object.names.contains(name) && !value.isEmpty && !(object.node.isRoot && Self.typeNames.contains(name))
            }
        }
    }

    private static let typeNames: Set<String> = ["apiVersion", "kind"]

    func open(_ members: [String: JSONValue], at node: JSONTreeNode) -> AskedObject {
        let object = AskedObject(members: members, node: node)
        objects.append(object)
        return object
    }
}

/// What was asked for in one object.
final class AskedObject {
    let members: [String: JSONValue]
    let node: JSONTreeNode
    private(set) var names: Set<String> = []

    init(members: [String: JSONValue], node: JSONTreeNode) {
        self.members = members
        self.node = node
    }

    func note(_ name: String) { names.insert(name) }
}
