import AdminServer
import BGPResources
import KubeJSON
import KubeModel
import Planning
import SpeakerAPI

/// The operator's state as JSON: what it last rendered, and what is deleted and still counts.
struct OperatorPages: Sendable {
    let board: LastRendering
    let stores: OperatorStores

    var pages: [AdminPage] {
        [
            AdminPage("v1/nodeconfigs") { _ in
                guard let rendered = board.current else { return .refusal(503, "nothing is rendered yet") }
                let head: JSONValue = [
                    "apiVersion": .string(BGPNodeConfig.type.apiVersion), "kind": "BGPNodeConfigList", "items": [],
                ]
                return list(head, rendered.nodeConfigs) { try? $0.manifest() }
            },
            AdminPage("v1/diagnostics") { _ in
                guard let rendered = board.current else { return .refusal(503, "nothing is rendered yet") }
                return list(["kind": "Diagnostics", "items": []], rendered.diagnostics) { .string($0.description) }
            },
            AdminPage("v1/deletions") { _ in
                let deleted = stores.deletedObjects
                return .json { writer in
                    var list = JSONList<DeletionList, DeletedObject>(writer)
                    try await list.begin(DeletionList(), in: "items")
                    for object in deleted { try await list.write(object) }
                    try await list.end(DeletionList(), in: "items")
                }
            },
        ]
    }

    private func list<Element: Sendable>(
        _ head: JSONValue,
        _ elements: [Element],
        _ value: @escaping @Sendable (Element) -> JSONValue?
    ) -> AdminPage.Answer {
        .json { writer in
            var list = JSONList<JSONValue, JSONValue>(writer)
            try await list.begin(head, in: "items")
            for element in elements {
                if let value = value(element) { try await list.write(value) }
            }
            try await list.end(head, in: "items")
        }
    }
}
