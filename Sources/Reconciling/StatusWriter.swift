package import KubeClient
package import KubeModel

/// Applies the statuses that a controller wants.
package struct StatusWriter: Sendable {
    private let client: KubeClient
    /// Who the server remembers as the owner of the fields.
    private let fieldManager: String

    package init(_ client: KubeClient, fieldManager: String) {
        self.client = client
        self.fieldManager = fieldManager
    }

    /// Writes one status and returns the metadata that its object has then.
    package func write(_ status: StatusWrite) async throws -> ObjectMeta { try await client.write(request(status)) }

    /// Writes statuses within a round, many at a time; `written` gets each that was taken, with the metadata that its object has then.
    package func write(
        _ statuses: [StatusWrite],
        in round: inout WriteRound,
        written: (StatusWrite, ObjectMeta) throws -> Void
    ) async throws {
        let writes = statuses.map { WriteRound.Write($0.reference, request($0)) }
        try await round.send(writes) { place, answer in try written(statuses[place], try answer.get()) }
    }

    private func request(_ status: StatusWrite) -> KubeRequest {
        .apply(
            status.type,
            status.key,
            status.manifest,
            fieldManager: fieldManager,
            force: true,
            subresource: "status"
        )
    }
}
