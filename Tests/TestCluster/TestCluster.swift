package import KubeClient
import KubeJSON
package import KubeModel
import KubeYAML
package import LabAPIServer
package import Logging
package import ServiceLifecycle
import TestSupport

/// The lab's API server in this process, with our kinds installed.
package struct TestCluster: Sendable {
    /// The objects, for what a client cannot do.
    package let server: LabAPIServer
    /// The test's own hands.
    package let client: KubeClient
    /// Where the server is.
    package let url: String
    private let transport: HTTPTransport

    /// A logger that says nothing.
    package static let logger = Logger(label: "test-cluster", factory: { _ in SwiftLogNoOpLogHandler() })

    /// Runs a server for as long as `body` does; `schemas` may change the text of our kinds' definitions.
    ///
    /// With `checksRules` it also refuses what a real server would by the rules that these definitions have in CEL.
    package static func with(
        schemas: @Sendable (String) -> String = { $0 },
        checksRules: Bool = false,
        _ body: @Sendable (TestCluster) async throws -> Void
    ) async throws {
        var configuration = LabAPIServer.Configuration()
        if checksRules { configuration.validator = ResourceRules.faults }
        let server = LabAPIServer(configuration: configuration, logger: logger)
        try await running([server]) {
            guard let url = await server.baseURL() else { throw Overdue(description: "the server did not listen") }
            let transport = try HTTPTransport(
                KubeEndpoint(server: url),
                userAgent: "test-cluster",
                environment: [:],
                logger: logger
            )
            let cluster = TestCluster(
                server: server,
                client: KubeClient(transport: transport),
                url: url,
                transport: transport
            )
            do {
                for file in try Checkout.files(under: "crds").sorted() where file.hasSuffix("s.yaml") {
                    try await cluster.apply(schemas(try Checkout.read(file)))
                }
                try await body(cluster)
            } catch {
                await transport.close()
                throw error
            }
            await transport.close()
        }
    }

    /// A client that remembers what it wrote.
    package func recorded() -> (client: KubeClient, writes: WriteLog) {
        let writes = WriteLog()
        return (KubeClient(transport: RecordingTransport(inner: transport, log: writes)), writes)
    }

    /// A client whose requests are changed, held or refused on their way.
    package func client(
        through gate: @escaping @Sendable (KubeRequest) async throws -> KubeRequest
    ) -> KubeClient {
        KubeClient(transport: GatedTransport(inner: transport, gate: gate))
    }

    /// Answers a request, with what the server says to it if that is asked for.
    package typealias Answering =
        @Sendable (KubeRequest, _ server: @Sendable () async throws -> KubeResponse) async throws -> KubeResponse

    /// A client whose single requests are answered by a closure, and sent once each; watches go to the server.
    package func client(answering answer: @escaping Answering) -> KubeClient {
        let transport = AnsweringTransport(inner: transport, answer: answer)
        return KubeClient(transport: transport, retry: RetryPolicy(attempts: 1))
    }

    /// Applies the objects of a manifest as a user does, their status included.
    package func apply(_ text: String) async throws {
        let reader = ManifestReader(text: text, file: "test.yaml")
        guard reader.diagnostics.isEmpty else {
            throw Overdue(description: reader.diagnostics.map(\.description).joined(separator: "\n"))
        }
        for object in reader.objects { try await ManifestApplier(client: client).apply(object.json) }
    }

    /// Reads the conditions of an object as `Type=Status Reason`, sorted; nil while there is none.
    package func conditions<Object: KubeObject>(_ type: Object.Type, _ name: String) async throws -> [String: String]? {
        let json = try await client.send(.get(Object.type, ObjectKey(name: name)), as: JSONValue.self)
        guard let items = json["status"]?["conditions"]?.array else { return nil }
        let conditions = try items.map { try JSON.decode(Condition.self, from: $0) }
        return Dictionary(
            conditions.map { ($0.type, "\($0.status.rawValue) \($0.reason ?? "")") },
            uniquingKeysWith: { first, _ in first }
        )
    }
}

/// Runs services in a group for as long as `body` does, then shuts them down in order.
package func running(_ services: [any ServiceLifecycle.Service], _ body: @Sendable () async throws -> Void) async throws
{
    let group = ServiceGroup(configuration: .init(services: services, logger: TestCluster.logger))
    try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask { try await group.run() }
        do {
            try await body()
        } catch {
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            throw error
        }
        await group.triggerGracefulShutdown()
        try await tasks.waitForAll()
    }
}
