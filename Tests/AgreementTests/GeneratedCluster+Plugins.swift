import Inspection
import KubeJSON
import KubeModel
import TestCluster

/// What network plugins bring into a cluster: a kind each, and what it says of nodes.
enum PluginPart: Hashable, CaseIterable {
    case ciliumKind, calicoKind, ciliumNode(Int), block(Int)

    static let allCases: [PluginPart] =
        [.ciliumKind, .calicoKind] + (0..<3).map(PluginPart.ciliumNode) + (0..<3).map(PluginPart.block)

    /// The kind that has to be there first.
    var kind: PluginPart {
        switch self {
        case .ciliumKind, .ciliumNode: .ciliumKind
        case .calicoKind, .block: .calicoKind
        }
    }
}

extension GeneratedCluster {
    /// Whether an object can be there: those of a plugin once its kind is, and that in few clusters.
    mutating func mayBe(_ slot: Slot) -> Bool {
        guard case .plugin(let part) = slot else { return true }
        return part == part.kind ? chance(30) : present[.plugin(part.kind)] != nil
    }

    /// What can be changed in the place of an object: its kind, where that is not there.
    func possible(_ slot: Slot) -> Slot {
        guard case .plugin(let part) = slot, present[.plugin(part.kind)] == nil else { return slot }
        return .plugin(part.kind)
    }

    /// Takes an object away, and with a kind all of it.
    mutating func forget(_ slot: Slot) {
        present[slot] = nil
        guard case .plugin(let part) = slot, part == part.kind else { return }
        for other in PluginPart.allCases where other.kind == part { present[.plugin(other)] = nil }
    }

    mutating func plugin(_ part: PluginPart) -> JSONValue {
        switch part {
        case .ciliumKind: PluginKinds.object(PluginKinds.ciliumNodes)
        case .calicoKind: PluginKinds.object(PluginKinds.blockAffinities)
        case .ciliumNode(let number): ciliumNode(number)
        case .block(let number): block(number)
        }
    }

    /// With networks of its own, with the one that another node's Node has, in pools, with single addresses, or without any.
    private mutating func ciliumNode(_ number: Int) -> JSONValue {
        var ipam: [String: JSONValue] = [:]
        let networks = some(
            ["10.42.\(number).0/24", "2001:db8:42:\(number)::/64", "10.112.\((number + 1) % 3).0/24"],
            60
        )
        if chance(70) {
            ipam["podCIDRs"] = .array(networks.map { .string($0) })
        } else {
            ipam["pools"] = ["allocated": [["pool": "default", "cidrs": .array(networks.map { .string($0) })]]]
        }
        if chance(10) { ipam["pool"] = ["10.1.2.\(number)": [:]] }
        return manifest(
            "cilium.io/v2",
            "CiliumNode",
            AgreementCluster.Plan.nodes[number],
            ["spec": ["ipam": .object(ipam)]]
        )
    }

    private mutating func block(_ number: Int) -> JSONValue {
        let spec: JSONValue = [
            "cidr": .string(number < 2 ? "10.245.0.\(number * 64)/26" : "2001:db8:245::/122"),
            "node": .string(pick(AgreementCluster.Plan.nodes + ["elsewhere"])),
            "state": .string(pick(["confirmed", "confirmed", "confirmed", "pending", "pendingDeletion"])),
            "deleted": .string(pick(["false", "false", "false", "true"])),
        ]
        return manifest("crd.projectcalico.org/v1", "BlockAffinity", "block\(number)", ["spec": spec])
    }

    /// Mostly absent.
    mutating func podCIDRs() -> JSONValue? {
        guard chance(40) else { return nil }
        return chance(20) ? [:] : ["source": .string(pick(["Auto", "Node", "CiliumNode", "Calico"]))]
    }
}
