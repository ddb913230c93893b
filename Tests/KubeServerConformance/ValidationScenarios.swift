import KubeClient
import KubeJSON
import KubeModel

extension ConformanceScenario {
    static let validation: [ConformanceScenario] = [
        ConformanceScenario("unknown fields are pruned, or refused when strictness is asked for") { cluster in
            let object = Widget.object("w", ["size": 1, "shape": "round"])
            let refused = try await cluster.expect(
                400,
                .post,
                cluster.widgets(),
                object,
                query: ["fieldValidation": "Strict"]
            )
            try Expectation.equal(
                refused.object["message"]?.string,
                "Widget in version \"v1\" cannot be handled as a Widget: strict decoding error: unknown field "
                    + "\"spec.shape\"",
                "message"
            )
            let created = try await cluster.expect(201, .post, cluster.widgets(), object)
            try Expectation.equal(created.object["spec"], ["size": 1, "colour": "Red"], "spec as kept")
        },
        ConformanceScenario("what breaks the schema is refused, field by field") { cluster in
            let expected: [(JSONValue, String, String)] = [
                (["size": 11], "spec.size", "FieldValueInvalid"),
                (["size": "big"], "spec.size", "FieldValueTypeInvalid"),
                ([:], "spec.size", "FieldValueRequired"),
                (["size": 1, "colour": "Green"], "spec.colour", "FieldValueNotSupported"),
                (["size": 1, "note": "muchtoolong"], "spec.note", "FieldValueTooLong"),
                (["size": 1, "note": "No"], "spec.note", "FieldValueInvalid"),
                (["size": 1, "tags": ["a", "a"]], "spec.tags[1]", "FieldValueDuplicate"),
                (["size": 1, "parts": [["name": "a"], ["name": "a"]]], "spec.parts[1]", "FieldValueDuplicate"),
            ]
            for (spec, field, reason) in expected {
                let answer = try await cluster.expect(422, .post, cluster.widgets(), Widget.object("w", spec))
                try Expectation.equal(answer.reason, "Invalid", "reason for \(spec)")
                try Expectation.that(
                    answer.causes.contains { $0["field"]?.string == field && $0["reason"]?.string == reason },
                    "\(spec) is refused because of \(field) (\(reason)), not \(answer.causes)"
                )
            }
        },
        ConformanceScenario("names are names") { cluster in
            let answer = try await cluster.expect(422, .post, cluster.widgets(), Widget.object("No_Name", ["size": 1]))
            try Expectation.equal(answer.causes.first?["field"], "metadata.name", "field")
        },
    ]

    static let deletion: [ConformanceScenario] = [
        ConformanceScenario("finalizers hold an object until they are gone") { cluster in
            _ = try await cluster.create("w", ["size": 1])
            _ = try await cluster.merge(
                cluster.widgets("w"),
                ["metadata": ["finalizers": ["conformance.martlet.dev/hold"]]]
            )
            _ = try await cluster.expect(200, .delete, cluster.widgets("w"))
            let held = try await cluster.expect(200, .get, cluster.widgets("w"))
            try Expectation.that(
                held.object.value(at: "metadata", "deletionTimestamp")?.string != nil,
                "the object says when it was to go"
            )
            _ = try await cluster.merge(cluster.widgets("w"), ["metadata": ["finalizers": nil]])
            _ = try await cluster.expect(404, .get, cluster.widgets("w"))
        },
        ConformanceScenario("a deletion of another object of the same name is a conflict") { cluster in
            let created = try await cluster.create("w", ["size": 1])
            _ = try await cluster.expect(
                409,
                .delete,
                cluster.widgets("w"),
                ["preconditions": ["uid": "00000000-0000-0000-0000-000000000000"]]
            )
            let uid = created.object.value(at: "metadata", "uid") ?? ""
            _ = try await cluster.expect(200, .delete, cluster.widgets("w"), ["preconditions": ["uid": uid]])
        },
        ConformanceScenario("dependents go with their owner") { cluster in
            let owner = try await cluster.create("owner", ["size": 1])
            let list = try await cluster.expect(200, .get, cluster.widgets())
            var child = Widget.object("child", ["size": 1]).object ?? [:]
            child["metadata"] = [
                "name": "child",
                "ownerReferences": [
                    [
                        "apiVersion": .string(Widget.apiVersion), "kind": "Widget", "name": "owner",
                        "uid": owner.object.value(at: "metadata", "uid") ?? "",
                    ]
                ],
            ]
            _ = try await cluster.expect(201, .post, cluster.widgets(), .object(child))
            _ = try await cluster.expect(200, .delete, cluster.widgets("owner"))
            let query = ["resourceVersion": list.revision, "fieldSelector": "metadata.name=child"]
            _ = try await cluster.watch(cluster.widgets(), query: query) {
                $0.last.map(ConformanceCluster.shown) == "DELETED child"
            }
        },
    ]
}
