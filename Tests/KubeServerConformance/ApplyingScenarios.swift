import KubeClient
import KubeJSON
import KubeModel

extension ConformanceScenario {
    static let applying: [ConformanceScenario] = [
        ConformanceScenario("applying the same again changes nothing") { cluster in
            let wish = Widget.object("w", ["size": 1, "tags": ["a"], "parts": [["name": "p", "count": 1]]])
            let first = try await cluster.apply(cluster.widgets("w"), wish, manager: "one")
            try Expectation.equal(first.code, 201, "code of the first apply")
            let second = try await cluster.apply(cluster.widgets("w"), wish, manager: "one")
            try Expectation.equal(second.code, 200, "code of the second apply")
            try Expectation.equal(second.revision, first.revision, "revision after the second apply")
            try Expectation.equal(
                fields(of: second, manager: "one"),
                [
                    "f:spec": [
                        "f:parts": [#"k:{"name":"p"}"#: [".": [:], "f:count": [:], "f:name": [:]]], "f:size": [:],
                        "f:tags": [#"v:"a""#: [:]],
                    ]
                ],
                "fields of the manager"
            )
        },
        ConformanceScenario("a field of another manager is a conflict until it is forced") { cluster in
            _ = try await cluster.apply(cluster.widgets("w"), Widget.object("w", ["size": 1]), manager: "one")
            let other = Widget.object("w", ["size": 2])
            let refused = try await cluster.apply(cluster.widgets("w"), other, manager: "two")
            try Expectation.equal(refused.code, 409, "code")
            try Expectation.equal(refused.causes.map { $0["reason"] }, ["FieldManagerConflict"], "reasons")
            try Expectation.equal(refused.causes.map { $0["field"] }, [".spec.size"], "fields")
            try Expectation.equal(refused.causes.map { $0["message"] }, [#"conflict with "one""#], "messages")
            let forced = try await cluster.apply(cluster.widgets("w"), other, manager: "two", force: true)
            try Expectation.equal(forced.object.value(at: "spec", "size"), 2, "size")
            try Expectation.equal(fields(of: forced, manager: "one"), nil, "fields of the first manager")
            let same = try await cluster.apply(cluster.widgets("w"), other, manager: "three")
            try Expectation.equal(same.code, 200, "code of an apply that agrees")
        },
        ConformanceScenario("what a manager no longer applies is removed, unless someone else has it") { cluster in
            let wish = Widget.object(
                "w",
                ["size": 1, "note": "hi", "tags": ["a", "b"], "parts": [["name": "p", "count": 1], ["name": "q"]]]
            )
            _ = try await cluster.apply(cluster.widgets("w"), wish, manager: "one")
            let shared = Widget.object("w", ["size": 1, "tags": ["b"], "parts": [["name": "q"], ["name": "r"]]])
            _ = try await cluster.apply(cluster.widgets("w"), shared, manager: "two")
            let less = Widget.object("w", ["size": 1])
            let result = try await cluster.apply(cluster.widgets("w"), less, manager: "one")
            try Expectation.equal(
                result.object["spec"],
                ["size": 1, "colour": "Red", "tags": ["b"], "parts": [["name": "q"], ["name": "r"]]],
                "spec"
            )
        },
        ConformanceScenario("a plain update owns what it changes") { cluster in
            _ = try await cluster.apply(
                cluster.widgets("w"),
                Widget.object("w", ["size": 1, "note": "hi"]),
                manager: "one"
            )
            let patched = try await cluster.expect(
                200,
                .patch,
                cluster.widgets("w"),
                ["spec": ["size": 4]],
                query: ["fieldManager": "editor"],
                contentType: "application/merge-patch+json"
            )
            try Expectation.equal(fields(of: patched, manager: "one"), ["f:spec": ["f:note": [:]]], "fields of one")
            try Expectation.equal(
                fields(of: patched, manager: "editor"),
                ["f:spec": ["f:size": [:]]],
                "fields of editor"
            )
            let refused = try await cluster.apply(cluster.widgets("w"), Widget.object("w", ["size": 1]), manager: "one")
            try Expectation.equal(refused.code, 409, "code")
        },
        ConformanceScenario("the status is applied on its own") { cluster in
            _ = try await cluster.apply(cluster.widgets("w"), Widget.object("w", ["size": 1]), manager: "user")
            let status: JSONValue = [
                "apiVersion": .string(Widget.apiVersion), "kind": "Widget", "metadata": ["name": "w"],
                "status": ["phase": "Good"],
            ]
            let applied = try await cluster.apply(cluster.widgets("w", "status"), status, manager: "controller")
            try Expectation.equal(applied.code, 200, "code")
            try Expectation.equal(applied.object.value(at: "status", "phase"), "Good", "phase")
            try Expectation.equal(applied.object.value(at: "spec", "size"), 1, "size")
            let entry = (applied.object.value(at: "metadata", "managedFields")?.array ?? [])
                .first { $0["manager"] == "controller" }
            try Expectation.equal(entry?["subresource"], "status", "subresource of the entry")
            try Expectation.equal(entry?["fieldsV1"], ["f:status": ["f:phase": [:]]], "fields of the controller")
            let user = try await cluster.apply(cluster.widgets("w"), Widget.object("w", ["size": 2]), manager: "user")
            try Expectation.equal(user.object.value(at: "status", "phase"), "Good", "phase after the user's apply")
        },
        ConformanceScenario("an apply that is a dry run changes nothing") { cluster in
            let first = try await cluster.apply(cluster.widgets("w"), Widget.object("w", ["size": 1]), manager: "one")
            let dry = try await cluster.apply(
                cluster.widgets("w"),
                Widget.object("w", ["size": 2]),
                manager: "one",
                isDryRun: true
            )
            try Expectation.equal(dry.object.value(at: "spec", "size"), 2, "size in the answer")
            let kept = try await cluster.expect(200, .get, cluster.widgets("w"))
            try Expectation.equal(kept.revision, first.revision, "revision")
            try Expectation.equal(kept.object.value(at: "spec", "size"), 1, "size as kept")
        },
    ]

    private static func fields(of answer: ConformanceCluster.Answer, manager: String) -> JSONValue? {
        (answer.object.value(at: "metadata", "managedFields")?.array ?? [])
            .first { $0["manager"]?.string == manager }?["fieldsV1"]
    }
}
