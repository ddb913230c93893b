import BGPResources
import Inspection
import KubeJSON
import KubeModel
import KubeYAML

extension ManifestObject {
    /// What to say about an object of a kind that is not read: nothing, unless it looks as if it should be.
    var misnamed: Diagnostic? {
        if let product { return product.meanings[kind].map { foreign(product.product, $0) } }
        if apiVersion.hasPrefix("martlet.dev/") || (isNearlyOurs && Self.kinds.contains(kind)) { return unknown }
        guard let version = Self.builtin[kind], version != apiVersion, isBuiltinGroup else { return nil }
        return diagnostic(
            .warning,
            reason: .unreadManifest,
            field: "apiVersion",
            message: "\(apiVersion) \(kind) is not read, write \(version)"
        )
    }

    /// Whether the kind is one of another product for the same ends.
    var isOfAnotherProduct: Bool { product != nil }

    private var product: ForeignNames.Kinds? { ForeignNames.kinds.first { apiVersion.hasPrefix($0.group) } }

    private var unknown: Diagnostic {
        let version = BGPClusterConfig.type.apiVersion
        guard apiVersion == version else {
            return diagnostic(
                reason: ReasonCode.invalidManifest,
                field: "apiVersion",
                message: "expected \(version), found \(apiVersion)"
            )
        }
        let meant = Spelling.closest(to: kind, among: Self.kinds).map { ", did you mean \($0)?" }
        return diagnostic(
            reason: ReasonCode.invalidManifest,
            field: "kind",
            message: "\(version) has no kind \(kind)" + (meant ?? ", only \(Self.kinds.joined(separator: ", "))")
        )
    }

    private func foreign(_ product: String, _ meant: [String]) -> Diagnostic {
        let version = BGPClusterConfig.type.apiVersion
        let advice: String
        switch meant.count {
        case 0:
            let gap = ForeignNames.gaps[kind].map { ": \($0)" } ?? ""
            advice = "Martlet has nothing in its place\(gap)"
        // What has our kind's fields needs another name alone.
        case 1 where product == "Cilium":
            advice = "for Martlet write apiVersion: \(version) and kind: \(meant[0])"
        default: advice = "for Martlet write a \(meant.joined(separator: ", a ")) of \(version) instead"
        }
        return diagnostic(
            .warning,
            reason: .unreadManifest,
            field: "apiVersion",
            message: "this is for \(product); \(advice)"
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
}
