import FoundationEssentials
package import KubeClient
package import KubeJSON
import KubeModel

/// A cluster that the suite runs against, with a namespace of its own for each scenario.
package struct ConformanceCluster: Sendable {
    /// What the server answered.
    package struct Answer: Sendable {
        /// The HTTP code.
        package let code: Int
        /// The body.
        package let object: JSONValue

        var revision: String { object.value(at: "metadata", "resourceVersion")?.string ?? "" }
        var reason: String { object["reason"]?.string ?? "" }
        var causes: [JSONValue] { object.value(at: "details", "causes")?.array ?? [] }
    }

    /// Where the scenario's objects are.
    package let namespace: String
    /// Makes the server forget its history; nil where nobody can.
    let compact: (@Sendable () async -> Void)?
    private let transport: any KubeTransport

    /// Reaches a server through a transport; `compact` makes it forget history, if it can be made to.
    package init(
        transport: any KubeTransport,
        namespace: String,
        compact: (@Sendable () async -> Void)? = nil
    ) {
        self.transport = transport
        self.namespace = namespace
        self.compact = compact
    }

    /// Runs one scenario in a fresh namespace with the widget kind installed; removes the namespace afterwards.
    package func run(_ scenario: ConformanceScenario) async throws {
        try await installWidgets()
        _ = try await expect(201, .post, "/api/v1/namespaces", ["metadata": ["name": .string(namespace)]])
        do {
            try await scenario.body(self)
        } catch {
            _ = try? await send(.delete, "/api/v1/namespaces/\(namespace)")
            throw error
        }
        _ = try await send(.delete, "/api/v1/namespaces/\(namespace)")
    }

    private func installWidgets() async throws {
        let path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/\(Widget.definitionName)"
        let applied = try await apply(path, Widget.definition, manager: "conformance", force: true)
        try Expectation.that([200, 201].contains(applied.code), "the widget kind is accepted: \(applied.object)")
        for _ in 0..<500 {
            let list = try await send(.get, "/apis/\(Widget.apiVersion)/widgets")
            if list.code == 200 { return }
        }
        throw ConformanceFailure("the widget kind is not served")
    }

    /// The path of the scenario's widgets, or of one of them.
    func widgets(_ name: String? = nil, _ subresource: String? = nil) -> String {
        (["/apis/\(Widget.apiVersion)/namespaces/\(namespace)/widgets"] + [name, subresource].compactMap { $0 })
            .joined(separator: "/")
    }

    /// Sends a request with a JSON body.
    func send(
        _ method: KubeRequest.Method,
        _ path: String,
        _ body: JSONValue? = nil,
        query: [String: String] = [:],
        contentType: String = "application/json"
    ) async throws -> Answer {
        let response = try await transport.send(
            KubeRequest(
                method,
                path,
                query: query.sorted { $0.key < $1.key }.map { KubeRequest.Field($0.key, $0.value) },
                headers: [KubeRequest.Field("Content-Type", contentType)],
                body: try body.map { try JSON.encode($0) }
            )
        )
        let object = (try? JSON.decode(JSONValue.self, from: response.body)) ?? nil
        return Answer(code: response.status, object: object)
    }

    /// Sends a request and fails unless the code is the one expected.
    func expect(
        _ code: Int,
        _ method: KubeRequest.Method,
        _ path: String,
        _ body: JSONValue? = nil,
        query: [String: String] = [:],
        contentType: String = "application/json"
    ) async throws -> Answer {
        let answer = try await send(method, path, body, query: query, contentType: contentType)
        try Expectation.that(
            answer.code == code,
            "\(method.rawValue) \(path) is answered with \(code), not \(answer.code): \(answer.object)"
        )
        return answer
    }

    /// Creates a widget.
    func create(_ name: String, _ spec: JSONValue, labels: [String: JSONValue] = [:]) async throws -> Answer {
        try await expect(201, .post, widgets(), Widget.object(name, spec, labels: labels))
    }

    /// Changes a part of an object by merge patch.
    func merge(_ path: String, _ patch: JSONValue) async throws -> Answer {
        try await expect(200, .patch, path, patch, contentType: "application/merge-patch+json")
    }

    /// Applies an object for a manager, whatever the answer.
    func apply(
        _ path: String,
        _ object: JSONValue,
        manager: String,
        force: Bool = false,
        isDryRun: Bool = false
    ) async throws -> Answer {
        var query = ["fieldManager": manager, "force": force ? "true" : "false"]
        if isDryRun { query["dryRun"] = "All" }
        return try await send(.patch, path, object, query: query, contentType: "application/apply-patch+yaml")
    }

    /// Watches a collection until `isEnough` says so; fails after ten seconds.
    func watch(
        _ path: String,
        query: [String: String],
        until isEnough: @escaping @Sendable ([JSONValue]) -> Bool
    ) async throws -> [JSONValue] {
        var query = query
        query["watch"] = "true"
        // The server ends the watch, so that a scenario that waits for too much ends too.
        query["timeoutSeconds"] = "10"
        let fields = query.sorted { $0.key < $1.key }.map { KubeRequest.Field($0.key, $0.value) }
        let stream = try await transport.stream(KubeRequest(.get, path, query: fields, timeout: nil))
        var decoder = JSONLineDecoder()
        var events: [JSONValue] = []
        for try await piece in stream.pieces {
            for line in try decoder.append(piece).compactMap(\.bytes) {
                events.append(try JSON.decode(JSONValue.self, from: Data(line)))
                if isEnough(events) { return events }
            }
        }
        throw ConformanceFailure("the watch of \(path) ended with \(events.map(Self.shown))")
    }

    /// An event as `TYPE name`.
    static func shown(_ event: JSONValue) -> String {
        "\(event["type"]?.string ?? "?") \(event.value(at: "object", "metadata", "name")?.string ?? "-")"
    }
}

/// What a cluster did otherwise than a Kubernetes API server does.
package struct ConformanceFailure: Error, CustomStringConvertible {
    /// The sentence.
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// Checks that fail with a sentence.
enum Expectation {
    static func that(_ condition: Bool, _ sentence: @autoclosure () -> String) throws {
        guard condition else { throw ConformanceFailure(sentence()) }
    }

    static func equal<Value: Equatable>(_ value: Value, _ expected: Value, _ what: String) throws {
        guard value != expected else { return }
        throw ConformanceFailure("\(what)\n  expected: \(expected)\n  seen:     \(value)")
    }
}

extension JSONValue {
    /// The value at a path of object keys, if every step is there.
    func value(at path: String...) -> JSONValue? {
        path.reduce(Optional(self)) { $0?[$1] }
    }
}
