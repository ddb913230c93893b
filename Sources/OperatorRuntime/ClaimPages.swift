import BGPTypes
import KubeClient
import KubeModel
import Planning

/// The pages of the ledger on the API server: a ConfigMap each, in the operator's namespace.
struct ClaimPages: Sendable {
    let client: KubeClient
    let namespace: String

    /// Reads all pages.
    func all() async throws -> [ClaimPage] {
        try await client.list(
            ConfigMap.self,
            ObjectScope(namespace: namespace, labelSelector: "\(ClaimPage.label)=page")
        ).items.compactMap(ClaimPage.init)
    }

    /// Reads one page; nil when there is none.
    ///
    /// One that somebody has made unreadable counts as empty, to be written over.
    func read(_ network: IPPrefix) async throws -> ClaimPage? {
        guard let object = try await client.find(ConfigMap.self, key(network)) else { return nil }
        var page = ClaimPage(object) ?? ClaimPage(network)
        page.version = object.metadata.resourceVersion
        return page
    }

    /// Writes a page over the very version that it was made from, and returns it as it is then; nil when it has no claims
    /// left, and is deleted.
    ///
    /// Throws `KubeError` with code `conflict`, `alreadyExists` or `notFound` when somebody else was faster, and `refused`
    /// when the namespace is missing.
    func write(_ page: ClaimPage) async throws -> ClaimPage? {
        guard !page.claims.isEmpty else {
            guard let version = page.version else { return nil }
            try await client.delete(ConfigMap.self, key(page.network), resourceVersion: version)
            return nil
        }
        let object = page.configMap(in: namespace)
        let options = WriteOptions(fieldManager: ClusterReconciler.fieldManager)
        var written = page
        if page.version != nil {
            written.version = try await client.update(object, options).resourceVersion
            return written
        }
        do {
            written.version = try await client.create(object, options).resourceVersion
        } catch let error as KubeError where error.code == .notFound {
            // Not the page is missing, which is about to be made, but its namespace.
            throw KubeError(.refused, "claims on addresses cannot be kept: \(error.message)")
        }
        return written
    }

    /// A page as messages name it.
    func reference(_ network: IPPrefix) -> ObjectReference {
        ObjectReference(kind: ConfigMap.type.kind, namespace: namespace, name: ClaimPage.name(of: network))
    }

    private func key(_ network: IPPrefix) -> ObjectKey {
        ObjectKey(namespace: namespace, name: ClaimPage.name(of: network))
    }
}
