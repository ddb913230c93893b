import BGPEngine
import FoundationEssentials
import KubeJSON
import KubeModel
import TestSupport

extension AgreementCluster {
    /// The passwords that a network's people would give the routers, from what the cluster is configured with.
    static func passwords(_ objects: JSONValue, _ plan: PlanDocument) -> [SessionName: Password] {
        func named(_ kind: String) -> [String: JSONValue] {
            let found = (objects["items"]?.array ?? []).filter { $0["kind"] == .string(kind) }
            return Dictionary(
                found.map { ($0["metadata"]?["name"]?.string ?? "", $0) },
                uniquingKeysWith: { first, _ in first }
            )
        }
        let secrets = named("Secret").compactMapValues { secret in
            secret["data"]?["password"]?.string.flatMap { Data(base64Encoded: $0) }
                .flatMap { Password(String(decoding: $0, as: UTF8.self)) }
        }
        let peerConfigs = named("BGPPeerConfig")
        var passwords: [SessionName: Password] = [:]
        for (node, spec) in plan.specs {
            for instance in spec["bgpInstances"]?.array ?? [] {
                for peer in instance["peers"]?.array ?? [] {
                    let settings = peer["peerConfigRef"]?["name"]?.string.flatMap { peerConfigs[$0] }
                    let session = SessionName(
                        node: node,
                        instance: instance["name"]?.string ?? "",
                        peer: peer["name"]?.string ?? ""
                    )
                    passwords[session] = settings?["spec"]?["authSecretRef"]?.string.flatMap { secrets[$0] }
                }
            }
        }
        return passwords
    }
}
