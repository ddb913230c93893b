/// Runs something that ends only when it is cancelled while `body` runs, and throws what either throws besides.
func alongside(_ work: @escaping @Sendable () async throws -> Void, _ body: () async throws -> Void) async throws {
    try await withThrowingTaskGroup { group in
        group.addTask { try await work() }
        try await body()
        group.cancelAll()
        while let result = await group.nextResult() {
            if case .failure(let error) = result, !(error is CancellationError) { throw error }
        }
    }
}
