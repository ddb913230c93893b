import BGPResources
import KubeJSON
import KubeModel
import Testing

/// One of our kinds, with its type put away behind closures so that tests can take kinds as rows.
struct CustomKind: Sendable, CustomTestStringConvertible {
    let type: ResourceType
    let shortName: String
    /// What validation says about an object that decodes; what decoding says, as one error, about one that does not.
    let faults: @Sendable (JSONValue) -> [FieldError]
    /// The object that comes back when it is decoded and encoded again.
    let roundTrip: @Sendable (JSONValue) throws -> JSONValue
    /// The fields of the decoded object that hold nothing.
    let emptyFields: @Sendable (JSONValue) throws -> [String]

    var testDescription: String { type.kind }

    static let all = [
        CustomKind(BGPAdvertisement.self, shortName: "bgpadv"),
        CustomKind(BGPClusterConfig.self, shortName: "bgpcc"),
        CustomKind(BGPNodeConfig.self, shortName: "bgpnc"),
        CustomKind(BGPNodeConfigOverride.self, shortName: "bgpnco"),
        CustomKind(BGPPeerConfig.self, shortName: "bgppc"),
        CustomKind(LoadBalancerIPPool.self, shortName: "lbpool"),
    ]

    private init<Resource: ValidatableResource>(_ resource: Resource.Type, shortName: String) {
        type = Resource.type
        self.shortName = shortName
        faults = { json in
            do {
                return try JSON.decode(Resource.self, from: json).validate()
            } catch let error as DecodingError {
                return [FieldError(error)]
            } catch {
                return [FieldError(FieldPath(), "\(error)")]
            }
        }
        roundTrip = { json in try JSON.decode(Resource.self, from: json).manifest() }
        emptyFields = { json in emptyPlaces(in: try JSON.decode(Resource.self, from: json), at: "") }
    }

    /// The kind of this name, if it is ours.
    static func named(_ kind: String) -> CustomKind? {
        all.first { $0.type.kind == kind }
    }

    /// An object of this kind.
    func object(spec: JSONValue, status: JSONValue? = nil) -> JSONValue {
        var members: [String: JSONValue] = [
            "apiVersion": .string(type.apiVersion), "kind": .string(type.kind),
            "metadata": ["name": "test"], "spec": spec,
        ]
        members["status"] = status
        return .object(members)
    }
}

extension FieldError {
    /// The field and the words of a decoding error.
    fileprivate init(_ error: DecodingError) {
        switch error {
        case .keyNotFound(let key, let context):
            self.init(FieldPath(context.codingPath + [key]), "missing")
        case .dataCorrupted(let context), .typeMismatch(_, let context), .valueNotFound(_, let context):
            self.init(FieldPath(context.codingPath), context.debugDescription)
        @unknown default:
            self.init(FieldPath(), "\(error)")
        }
    }
}

/// The places in a value where an optional is nil or a collection is empty, metadata aside.
private func emptyPlaces(in value: Any, at path: String) -> [String] {
    // An address or a time has parts that are no fields.
    guard !(value is any LosslessStringConvertible) else { return [] }
    let mirror = Mirror(reflecting: value)
    switch mirror.displayStyle {
    case .optional:
        guard let wrapped = mirror.children.first else { return [path] }
        return emptyPlaces(in: wrapped.value, at: path)
    case .collection, .dictionary:
        guard !mirror.children.isEmpty else { return [path] }
        return mirror.children.flatMap { emptyPlaces(in: $0.value, at: path) }
    case .struct:
        return mirror.children.flatMap { child -> [String] in
            guard let label = child.label, label != "metadata" else { return [] }
            return emptyPlaces(in: child.value, at: "\(path).\(label)")
        }
    default:
        return []
    }
}
