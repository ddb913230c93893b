import BGPResources
import FoundationEssentials
package import KubeClient
import KubeJSON
import KubeModel
import PlainText

/// Finds out whether a cluster has what operator and speakers need: an API server that answers, the custom resources in a version
/// that this program knows, and the rights of both programs.
package struct InstallationCheck: Sendable {
    /// What was found out about one thing.
    package struct Finding: Hashable, Sendable {
        /// What is wrong; nil where nothing is.
        package let fault: String?
        /// What was looked at.
        package let subject: String

        /// The finding on one line: `ok` or `FAIL`, what was looked at, and what is wrong.
        package var line: String {
            (fault.map { "FAIL  \(subject): \($0)" } ?? "ok    \(subject)").asMessage
        }
    }

    /// Whose rights are asked for.
    private struct Account {
        let program: String
        let rights: [RequiredRight]
        /// Nil asks about whoever asks.
        let name: String?
        let manifest: String
    }

    private let client: KubeClient
    private let namespace: String
    private let operatorAccount: String
    private let speakerAccount: String

    /// Looks at the cluster of a client.
    ///
    /// - Parameters:
    ///   - client: Asks the API server.
    ///   - namespace: The namespace of the installation.
    ///   - operatorAccount: The service account of the operator there.
    ///   - speakerAccount: The service account of the speakers there.
    package init(client: KubeClient, namespace: String, operatorAccount: String, speakerAccount: String) {
        self.client = client
        self.namespace = namespace
        self.operatorAccount = operatorAccount
        self.speakerAccount = speakerAccount
    }

    /// The kinds that have to be served.
    private static let kinds = [
        BGPClusterConfig.type, BGPPeerConfig.type, BGPAdvertisement.type, BGPNodeConfigOverride.type,
        BGPNodeConfig.type, LoadBalancerIPPool.type,
    ]

    /// Looks at everything and tells of each thing as soon as it is known; what cannot be asked is a fault.
    ///
    /// Where the API server does not answer nothing else is looked at. Returns how many faults there are.
    package func run(telling tell: (Finding) -> Void) async -> (faults: Int, all: Int) {
        var count = (faults: 0, all: 0)
        func note(_ subject: String, _ fault: String?) {
            count.all += 1
            if fault != nil { count.faults += 1 }
            tell(Finding(fault: fault, subject: subject))
        }
        do {
            let version = try await client.serverVersion().gitVersion
            note("the API server answers, version \(version)", nil)
        } catch {
            note("the API server answers", "\(error)")
            return count
        }
        await lookAtKinds(note)
        for account in await accounts(note) { await lookAtRights(of: account, note) }
        return count
    }

    // Kinds.

    private func lookAtKinds(_ note: (String, String?) -> Void) async {
        let known = BGPClusterConfig.type.apiVersion
        do {
            let found = try await served(known)
            for type in Self.kinds {
                let subject = "\(type.plural) are served as \(known)"
                guard let found else {
                    note(subject, await absence(of: type))
                    continue
                }
                let lacking = [type.plural, "\(type.plural)/status"].filter { !found.contains($0) }
                note(subject, lacking.isEmpty ? nil : "\(lacking.asSentence()) missing; apply the manifests in crds/")
            }
        } catch {
            note("our kinds are served as \(known)", "\(error)")
        }
    }

    /// The names of the resources of a version of a group; nil where the server has none.
    private func served(_ apiVersion: String) async throws -> Set<String>? {
        do {
            let list = try await client.send(KubeRequest(.get, "/apis/\(apiVersion)"), as: JSONValue.self)
            return Set((list["resources"]?.array ?? []).compactMap { $0["name"]?.string })
        } catch let error as KubeError where error.code == .notFound {
            return nil
        }
    }

    /// Why a kind is not served in the version that is known.
    private func absence(of type: ResourceType) async -> String {
        let group = try? await client.send(KubeRequest(.get, "/apis/\(type.group)"), as: JSONValue.self)
        let others = (group?["versions"]?.array ?? []).compactMap { $0["version"]?.string }
        guard !others.isEmpty else { return "the cluster has no such kind; apply the manifests in crds/" }
        return "the cluster serves \(type.group) as \(others.asSentence()) only, this program knows \(type.version)"
    }

    // Rights.

    /// Whose rights to ask for: the operator asks about itself, somebody else about its service account.
    private func accounts(_ note: (String, String?) -> Void) async -> [Account] {
        let review = try? await review("authentication.k8s.io", "SelfSubjectReview", "selfsubjectreviews", spec: nil)
        let asker = review?["status"]?["userInfo"]?["username"]?.string
        // Who it is matters only to know whom to ask about; servers before 1.28 do not say.
        let isOperator = asker?.hasPrefix("system:serviceaccount:") ?? true
        let own = isOperator ? nil : name(operatorAccount)
        if let asker { note("asked as \(asker)" + (own.map { ", about \($0)" } ?? ""), nil) }
        return [
            Account(
                program: "operator",
                rights: RequiredRight.ofOperator,
                name: own,
                manifest: "config/rbac/operator.yaml"
            ),
            Account(
                program: "speaker",
                rights: RequiredRight.ofSpeaker,
                name: name(speakerAccount),
                manifest: "config/rbac/speaker.yaml"
            ),
        ]
    }

    private func name(_ account: String) -> String { "system:serviceaccount:\(namespace):\(account)" }

    private func lookAtRights(of account: Account, _ note: (String, String?) -> Void) async {
        for right in account.rights {
            let subject = "the \(account.program) may \(right.verbs.asSentence()) \(right.description)"
            do {
                var refused: [String] = []
                for verb in right.verbs where !(try await isAllowed(right, verb, account)) { refused.append(verb) }
                note(
                    subject,
                    refused.isEmpty
                        ? nil : "it may not \(refused.asSentence()); grant what \(account.manifest) has for it"
                )
            } catch {
                note(subject, "\(error)")
            }
        }
    }

    private func isAllowed(_ right: RequiredRight, _ verb: String, _ account: Account) async throws -> Bool {
        var spec: [String: JSONValue] = ["resourceAttributes": right.attributes(verb, namespace: namespace)]
        let group = "authorization.k8s.io"
        let answer: JSONValue
        if let name = account.name {
            spec["user"] = .string(name)
            spec["groups"] = [
                "system:serviceaccounts", .string("system:serviceaccounts:\(namespace)"), "system:authenticated",
            ]
            answer = try await review(group, "SubjectAccessReview", "subjectaccessreviews", spec: .object(spec))
        } else {
            answer = try await review(group, "SelfSubjectAccessReview", "selfsubjectaccessreviews", spec: .object(spec))
        }
        return answer["status"]?["allowed"]?.bool == true && answer["status"]?["denied"]?.bool != true
    }

    private func review(_ group: String, _ kind: String, _ plural: String, spec: JSONValue?) async throws -> JSONValue {
        var body: [String: JSONValue] = ["apiVersion": .string("\(group)/v1"), "kind": .string(kind)]
        body["spec"] = spec
        let request = KubeRequest(
            .post,
            "/apis/\(group)/v1/\(plural)",
            headers: [KubeRequest.Field("Content-Type", "application/json")],
            body: Data(JSONWriter.bytes(.object(body)))
        )
        return try await client.send(request, as: JSONValue.self)
    }
}
