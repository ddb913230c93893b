import BGPResources
import KubeModel
import KubeYAML

extension ManifestObject {
    /// What to say about an object of a kind that is not read: nothing, unless it looks as if it should be.
    var misnamed: Diagnostic? {
        if apiVersion.hasPrefix("cilium.io/"), let meant = Self.ofCilium[kind] { return foreign(meant) }
        if apiVersion.hasPrefix("martlet.dev/") || (isNearlyOurs && Self.kinds.contains(kind)) { return unknown }
        guard let version = Self.builtin[kind], version != apiVersion, isBuiltinGroup else { return nil }
        return diagnostic(
            .warning,
            reason: "NotRead",
            field: "apiVersion",
            message: "\(apiVersion) \(kind) is not read, write \(version)"
        )
    }

    private var unknown: Diagnostic {
        let version = BGPClusterConfig.type.apiVersion
        guard apiVersion == version else {
            return diagnostic(
                reason: ManifestReason.invalidManifest,
                field: "apiVersion",
                message: "expected \(version), found \(apiVersion)"
            )
        }
        let meant = Spelling.closest(to: kind, among: Self.kinds).map { ", did you mean \($0)?" }
        return diagnostic(
            reason: ManifestReason.invalidManifest,
            field: "kind",
            message: "\(version) has no kind \(kind)" + (meant ?? ", only \(Self.kinds.joined(separator: ", "))")
        )
    }

    private func foreign(_ meant: [String]) -> Diagnostic {
        let version = BGPClusterConfig.type.apiVersion
        return diagnostic(
            .warning,
            reason: "NotRead",
            field: "apiVersion",
            message: meant.count == 1
                ? "this is for Cilium; for Martlet write apiVersion: \(version) and kind: \(meant[0])"
                : "this is for Cilium; for Martlet write a \(meant.joined(separator: ", a ")) of \(version) instead"
        )
    }

    /// Whether the group was written from memory.
    private var isNearlyOurs: Bool {
        !apiVersion.contains("/") || apiVersion.lowercased().contains("martlet")
    }

    /// Whether the group is one of Kubernetes' own, and not of something that has a kind of the same name.
    private var isBuiltinGroup: Bool {
        let group = apiVersion.split(separator: "/").dropLast().first ?? ""
        return !group.contains(".") || group.hasSuffix(".k8s.io")
    }

    private static let kinds = [
        BGPAdvertisement.type, BGPClusterConfig.type, BGPNodeConfig.type, BGPNodeConfigOverride.type,
        BGPPeerConfig.type, LoadBalancerIPPool.type,
    ].map(\.kind)

    private static let builtin = [Node.type, Service.type, Secret.type, EndpointSlice.type].reduce(into: [:]) {
        versions,
        type in versions[type.kind] = type.apiVersion
    }

    /// Cilium's kinds with what to write in the place of each.
    private static let ofCilium = [
        "CiliumBGPAdvertisement": [BGPAdvertisement.type], "CiliumBGPClusterConfig": [BGPClusterConfig.type],
        "CiliumBGPNodeConfigOverride": [BGPNodeConfigOverride.type], "CiliumBGPPeerConfig": [BGPPeerConfig.type],
        // Its first version of BGP said all in one.
        "CiliumBGPPeeringPolicy": [BGPClusterConfig.type, BGPPeerConfig.type, BGPAdvertisement.type],
        "CiliumLoadBalancerIPPool": [LoadBalancerIPPool.type],
    ].mapValues { $0.map(\.kind) }
}
