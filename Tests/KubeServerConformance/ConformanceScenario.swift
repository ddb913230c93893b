/// One behaviour that controllers and kubectl rely on.
package struct ConformanceScenario: Sendable, CustomStringConvertible {
    /// The behaviour as a sentence.
    package let description: String
    let body: @Sendable (ConformanceCluster) async throws -> Void

    init(_ description: String, _ body: @escaping @Sendable (ConformanceCluster) async throws -> Void) {
        self.description = description
        self.body = body
    }

    /// The whole suite.
    package static let all: [ConformanceScenario] = reading + watching + writing + validation + deletion + applying
}
