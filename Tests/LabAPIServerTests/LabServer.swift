import FoundationEssentials
import KubeClient
import KubeServerConformance
import LabAPIServer
import Logging
import ServiceLifecycle
import TestSupport

/// A lab API server that runs for as long as `body` does.
func withLabServer<Value: Sendable>(
    _ configuration: LabAPIServer.Configuration = LabAPIServer.Configuration(),
    _ body: @Sendable @escaping (LabAPIServer, String) async throws -> Value
) async throws -> Value {
    let logger = Logger(label: "lab-tests", factory: { _ in SwiftLogNoOpLogHandler() })
    let server = LabAPIServer(configuration: configuration, logger: logger)
    let group = ServiceGroup(configuration: .init(services: [server], logger: logger))
    return try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask { try await group.run() }
        guard let url = await server.baseURL() else { throw ServerDidNotListen() }
        do {
            let value = try await body(server, url)
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            return value
        } catch {
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            throw error
        }
    }
}

/// The server ended before it had an address.
struct ServerDidNotListen: Error {}

/// A connection to a server that is closed afterwards.
func withTransport<Value>(
    _ endpoint: KubeEndpoint,
    _ body: (HTTPTransport) async throws -> Value
) async throws -> Value {
    let transport = try HTTPTransport(
        endpoint,
        userAgent: "lab-tests",
        environment: ProcessInfo.processInfo.environment,
        logger: Logger(label: "lab-tests", factory: { _ in SwiftLogNoOpLogHandler() })
    )
    do {
        let value = try await body(transport)
        await transport.close()
        return value
    } catch {
        await transport.close()
        throw error
    }
}
