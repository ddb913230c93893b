import AdminServer
import BGPResources
import KubeModel
import Planning

/// The operator's state as JSON: what it last rendered.
struct OperatorPages: Sendable {
    let board: RenderingBoard

    var pages: [AdminPage] {
        [
            AdminPage("v1/nodeconfigs") { _ in
                guard let rendered = board.current else { return .refusal(503, "nothing is rendered yet") }
                return list(rendered.nodeConfigs)
            },
            AdminPage("v1/diagnostics") { _ in
                guard let rendered = board.current else { return .refusal(503, "nothing is rendered yet") }
                let lines = rendered.diagnostics.map { JSONValue.string($0.description) }
                return json(["kind": "Diagnostics", "items": .array(lines)])
            },
        ]
    }

    private func list(_ objects: [BGPNodeConfig]) -> AdminPage.Answer {
        let items = objects.compactMap { try? $0.manifest() }
        return json([
            "apiVersion": .string(BGPNodeConfig.type.apiVersion), "kind": "BGPNodeConfigList", "items": .array(items),
        ])
    }

    private func json(_ value: JSONValue) -> AdminPage.Answer {
        do {
            return .json(String(decoding: try JSON.encode(value), as: UTF8.self))
        } catch {
            return .refusal(500, "the document cannot be encoded: \(error)")
        }
    }
}
