import BGPResources
import KubeJSON
import KubeModel
import Testing

/// The YAML of `crds/` and the Swift types say the same.
struct SchemaAgreementTests {
    private func example(_ kind: CustomKind) throws -> JSONValue {
        let schema = try Schema.of(kind)
        return kind.object(
            spec: try #require(schema["spec"]).example,
            status: try #require(schema["status"]).example
        )
    }

    @Test(arguments: CustomKind.all)
    func `every field of the schema survives decoding and encoding`(kind: CustomKind) throws {
        let example = try example(kind)
        #expect(try kind.roundTrip(example) == example)
    }

    @Test(arguments: CustomKind.all)
    func `every field of the Swift type is in the schema`(kind: CustomKind) throws {
        #expect(try kind.emptyFields(example(kind)) == [])
    }

    @Test(arguments: CustomKind.all)
    func `every required field of the schema is required in Swift`(kind: CustomKind) throws {
        let example = try example(kind)
        for part in try Schema.of(kind).all {
            guard case .object(let members)? = example.value(at: part.path), !part.required.isEmpty else { continue }
            for name in part.required where !isFixedOrCommon(part.path, name) {
                let smaller = example.replacing(part.path, with: .object(members.filter { $0.key != name }))
                let faults = kind.faults(smaller)
                #expect(faults.map(\.path) == [part.path.field(name)], "\(faults)")
            }
        }
    }

    /// Condition is shared with kinds of Kubernetes' own that require less.
    private func isFixedOrCommon(_ path: FieldPath, _ name: String) -> Bool {
        path.steps.contains(.field("conditions")) && ["lastTransitionTime", "reason"].contains(name)
    }

    @Test(arguments: CustomKind.all)
    func `fields that take one of some words take the same words on both sides`(kind: CustomKind) throws {
        let example = try example(kind)
        for part in try Schema.of(kind).all {
            guard let words = part.enumeration else { continue }
            let path = part.path
            for word in words {
                let object = example.replacing(path, with: .string(word))
                #expect(try kind.roundTrip(object) == object)
            }
            let faults = kind.faults(example.replacing(path, with: "Nonsense"))
            let expected = FieldError(path, "expected one of \(words.joined(separator: ", ")), found \"Nonsense\"")
            #expect(faults == [expected])
        }
    }

    @Test(arguments: CustomKind.all)
    func `values just outside a bound are refused at their field, values on it are not`(kind: CustomKind) throws {
        let example = try example(kind)
        for part in try #require(Schema.of(kind)["spec"]).all {
            for value in try part.onBounds(example) {
                let faults = kind.faults(example.replacing(part.path, with: value))
                #expect(!faults.map(\.path).contains(part.path), "\(part.path) = \(value)")
            }
            for value in try part.outsideBounds(example) {
                let faults = kind.faults(example.replacing(part.path, with: value))
                #expect(faults.map(\.path).contains(part.path), "\(part.path) = \(value)")
            }
        }
    }

    @Test(arguments: CustomKind.all)
    func `list elements with the same key are refused at the second`(kind: CustomKind) throws {
        let example = try example(kind)
        for part in try #require(Schema.of(kind)["spec"]).all {
            guard ["map", "set"].contains(part.json["x-kubernetes-list-type"]?.string ?? "") else { continue }
            let element = try #require(example.value(at: part.path)?[0])
            let faults = kind.faults(example.replacing(part.path, with: .array([element, element])))
            #expect(faults.map(\.path).contains(part.path.index(1)), "\(part.path)")
        }
    }

    @Test func `defaults of the schema are the defaults of the Swift types`() throws {
        let spec = BGPPeerConfig.Spec(gracefulRestart: .init(enabled: true))
        let inSwift: [String: JSONValue] = [
            "spec.transport.peerPort": .integer(Int64(spec.effectivePeerPort)),
            "spec.timers.connectRetryTimeSeconds": .integer(Int64(spec.effectiveConnectRetryTimeSeconds)),
            "spec.timers.holdTimeSeconds": .integer(Int64(spec.effectiveHoldTimeSeconds)),
            "spec.gracefulRestart.restartTimeSeconds": .integer(
                Int64(try #require(spec.effectiveRestartTimeSeconds))
            ),
        ]
        var inSchema: [String: JSONValue] = [:]
        for kind in CustomKind.all {
            for part in try Schema.of(kind).all {
                inSchema[part.path.description] = part.json["default"]
            }
        }
        #expect(inSchema == inSwift)
    }
}

extension Schema {
    /// Values that the bounds of this part just allow.
    fileprivate func onBounds(_ example: JSONValue) throws -> [JSONValue] {
        switch type {
        case "integer": return ["minimum", "maximum"].compactMap { json[$0] }
        case "string" where json["pattern"] == nil && json["format"] == nil && rules.isEmpty:
            return ["minLength", "maxLength"].compactMap { json[$0]?.integer }
                .map { .string(String(repeating: "a", count: Int($0))) }
        default: return []
        }
    }

    /// Values that the bounds of this part just refuse.
    fileprivate func outsideBounds(_ example: JSONValue) throws -> [JSONValue] {
        switch type {
        case "integer":
            let low = try #require(json["minimum"]?.integer)
            let high = try #require(json["maximum"]?.integer)
            return [.integer(low - 1), .integer(high + 1)]
        case "string" where enumeration == nil:
            let high = try #require(json["maxLength"]?.integer)
            let low = json["minLength"]?.integer ?? 0
            let long = String(repeating: "a", count: Int(high) + 1)
            let short = low > 0 ? [String(repeating: "a", count: Int(low) - 1)] : []
            let foreign = json["pattern"] == nil ? [] : ["-!-"]
            return ([long] + short + foreign).map { .string($0) }
        case "array":
            let element = try #require(example.value(at: path)?[0])
            let high = try #require(json["maxItems"]?.integer)
            let low = json["minItems"]?.integer ?? 0
            let long = JSONValue.array(Array(repeating: element, count: Int(high) + 1))
            return [long] + (low > 0 ? [.array([])] : [])
        case "object" where values != nil:
            let high = try #require(json["maxProperties"]?.integer)
            return [.object(Dictionary(uniqueKeysWithValues: (0...high).map { ("key\($0)", JSONValue("a")) }))]
        default:
            return []
        }
    }
}
