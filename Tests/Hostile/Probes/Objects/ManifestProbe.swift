import BGPResources
import FoundationEssentials
import Inspection
import KubeJSON
import KubeModel
import KubeYAML
import PlainText
import Planning
package import TestSupport

/// Manifests that are wrong somewhere, taken all the way: text, objects, the whole plan of operator and speakers.
package struct ManifestProbe {
    private let files: [[JSONValue]]
    /// How many objects could be read, to tell whether the inputs go where they should.
    package private(set) var objects = 0

    /// Starts from the objects of texts that are right; those of one text belong together.
    package init(texts: [String]) {
        files = texts.map { ManifestReader(text: $0, file: "").objects.map(\.json) }.filter { !$0.isEmpty }
    }

    /// Tries a world of which some objects are wrong; what went wrong with us, nothing as it should be.
    package mutating func step(_ generator: inout MessageGenerator) -> [String] {
        var values = files[generator.below(files.count)]
        for _ in 0...generator.below(3) {
            let index = generator.below(values.count)
            for _ in 0...generator.below(3) { values[index] = generator.damaged(values[index]) }
        }
        var violations = values.flatMap(Self.checkYAML)
        var text = YAMLEmitter.emit(documents: values)
        if generator.chance(3) { text = generator.damaged(text) }
        let read = Self.read(text)
        objects += read.count
        violations += Self.checkPlan(read)
        for value in values { Self.decodeAsText(value) }
        return violations
    }

    /// Reads a text as it is.
    package static func violations(_ text: String) -> [String] {
        checkPlan(read(text))
    }

    /// What is written is read again as it was.
    private static func checkYAML(_ value: JSONValue) -> [String] {
        let text = YAMLEmitter.emit(value)
        do {
            // A document of nothing is no document.
            let read = try YAMLDocument.parse(text, file: "").first?.json ?? nil
            return read == value ? [] : ["YAML that is read as another value: \(text)"]
        } catch {
            return ["YAML that cannot be read: \(error): \(text)"]
        }
    }

    private static func read(_ text: String) -> [ManifestObject] {
        ManifestReader(text: text, file: "manifest.yaml").objects
    }

    /// The plan is made, the same each time, and can be written.
    private static func checkPlan(_ objects: [ManifestObject]) -> [String] {
        let world = world(of: objects)
        let now = Timestamp(secondsSinceEpoch: 1_000_000)
        do {
            let first = try JSON.encode(plan(world, now: now))
            let second = try JSON.encode(plan(world, against: world, now: now))
            return first.isEmpty || second.isEmpty ? ["an empty plan"] : []
        } catch {
            return ["a plan that cannot be written: \(error)"]
        }
    }

    private static func world(of objects: [ManifestObject]) -> PlanWorld {
        var world = PlanWorld()
        for object in objects {
            switch object.kind {
            case "Node": take(object, &world.nodes)
            case "Service": take(object, &world.services)
            case "Secret": take(object, &world.secrets)
            case "EndpointSlice": take(object, &world.endpointSlices)
            case "BGPClusterConfig": take(object, &world.clusterConfigs)
            case "BGPPeerConfig": take(object, &world.peerConfigs)
            case "BGPAdvertisement": take(object, &world.advertisements)
            case "BGPNodeConfigOverride": take(object, &world.overrides)
            case "BGPNodeConfig": take(object, &world.nodeConfigs)
            case "LoadBalancerIPPool": take(object, &world.pools)
            default: break
            }
        }
        return world
    }

    private static func take<Object: KubeObject>(_ manifest: ManifestObject, _ list: inout [Object]) {
        for strict in [true, false] {
            let (object, _) = manifest.decode(Object.self, strict: strict)
            guard let object, !strict else { continue }
            list.removeAll { $0.key == object.key }
            list.append(object)
        }
    }

    /// The way that answers of the API server take; refusing is right, and so is taking.
    private static func decodeAsText(_ value: JSONValue) {
        guard let data = try? JSON.encode(value) else { return }
        _ = try? JSON.decode(Node.self, from: data)
        _ = try? JSON.decode(Service.self, from: data)
        _ = try? JSON.decode(Secret.self, from: data)
        _ = try? JSON.decode(EndpointSlice.self, from: data)
        _ = try? JSON.decode(BGPClusterConfig.self, from: data)
        _ = try? JSON.decode(BGPPeerConfig.self, from: data)
        _ = try? JSON.decode(BGPAdvertisement.self, from: data)
        _ = try? JSON.decode(BGPNodeConfigOverride.self, from: data)
        _ = try? JSON.decode(BGPNodeConfig.self, from: data)
        _ = try? JSON.decode(LoadBalancerIPPool.self, from: data)
        _ = try? JSON.decode(Lease.self, from: data)
        _ = try? JSON.decode(WatchEvent.self, from: data)
        _ = try? JSON.decode(KubeStatus.self, from: data)
    }
}
