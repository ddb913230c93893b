import KubeClient
import KubeJSON
import KubeModel

extension ConformanceScenario {
    static let writing: [ConformanceScenario] = [
        ConformanceScenario("a write of an old revision is a conflict") { cluster in
            var object = try await cluster.create("w", ["size": 1]).object
            _ = try await cluster.merge(cluster.widgets("w"), ["spec": ["size": 2]])
            let answer = try await cluster.expect(409, .put, cluster.widgets("w"), object)
            try Expectation.equal(answer.reason, "Conflict", "reason")
            try Expectation.equal(
                answer.object["message"]?.string,
                "Operation cannot be fulfilled on widgets.conformance.martlet.dev \"w\": the object has been modified; "
                    + "please apply your changes to the latest version and try again",
                "message"
            )
            object = try await cluster.expect(200, .get, cluster.widgets("w")).object
            _ = try await cluster.expect(200, .put, cluster.widgets("w"), object)
        },
        ConformanceScenario("the generation counts changes of the spec alone") { cluster in
            let created = try await cluster.create("w", ["size": 1])
            try Expectation.equal(generation(created), 1, "generation after creation")
            let labelled = try await cluster.merge(cluster.widgets("w"), ["metadata": ["labels": ["a": "b"]]])
            try Expectation.equal(generation(labelled), 1, "generation after labelling")
            let status = try await cluster.merge(cluster.widgets("w", "status"), ["status": ["phase": "Good"]])
            try Expectation.equal(generation(status), 1, "generation after a status")
            let changed = try await cluster.merge(cluster.widgets("w"), ["spec": ["size": 2]])
            try Expectation.equal(generation(changed), 2, "generation after a spec")
        },
        ConformanceScenario("object and status are written apart") { cluster in
            var object = try await cluster.expect(
                201,
                .post,
                cluster.widgets(),
                with(Widget.object("w", ["size": 1]), ["phase": "Lost"])
            ).object
            try Expectation.equal(object["status"], nil, "status after creation")
            object = with(object, ["phase": "Good"], size: 5)
            let updated = try await cluster.expect(200, .put, cluster.widgets("w", "status"), object)
            try Expectation.equal(updated.object.value(at: "status", "phase"), "Good", "status after its update")
            try Expectation.equal(updated.object.value(at: "spec", "size"), 1, "spec after an update of the status")
            object = with(updated.object, ["phase": "Bad"], size: 5)
            let replaced = try await cluster.expect(200, .put, cluster.widgets("w"), object)
            try Expectation.equal(replaced.object.value(at: "status", "phase"), "Good", "status after a replacement")
            try Expectation.equal(replaced.object.value(at: "spec", "size"), 5, "spec after a replacement")
        },
        ConformanceScenario("a write that changes nothing keeps the revision") { cluster in
            let created = try await cluster.create("w", ["size": 1])
            let patched = try await cluster.merge(cluster.widgets("w"), ["spec": ["size": 1]])
            try Expectation.equal(patched.revision, created.revision, "revision after the same patch")
            let replaced = try await cluster.expect(200, .put, cluster.widgets("w"), created.object)
            try Expectation.equal(replaced.revision, created.revision, "revision after the same object")
        },
        ConformanceScenario("a name is taken once, and made when only its beginning is given") { cluster in
            _ = try await cluster.create("w", ["size": 1])
            let again = try await cluster.expect(409, .post, cluster.widgets(), Widget.object("w", ["size": 1]))
            try Expectation.equal(again.reason, "AlreadyExists", "reason")
            let generated: JSONValue = [
                "apiVersion": .string(Widget.apiVersion), "kind": "Widget", "metadata": ["generateName": "made-"],
                "spec": ["size": 1],
            ]
            let first = try await cluster.expect(201, .post, cluster.widgets(), generated).object
            let second = try await cluster.expect(201, .post, cluster.widgets(), generated).object
            let names = [first, second].compactMap { $0.value(at: "metadata", "name")?.string }
            try Expectation.that(names.allSatisfy { $0.hasPrefix("made-") } && Set(names).count == 2, "names \(names)")
        },
        ConformanceScenario("a JSON patch applies as a whole or not at all") { cluster in
            _ = try await cluster.create("w", ["size": 1, "tags": ["a"]])
            let patch: JSONValue = [
                ["op": "test", "path": "/spec/size", "value": 1],
                ["op": "replace", "path": "/spec/size", "value": 3],
                ["op": "add", "path": "/spec/tags/-", "value": "b"],
            ]
            let patched = try await cluster.expect(
                200,
                .patch,
                cluster.widgets("w"),
                patch,
                contentType: "application/json-patch+json"
            )
            try Expectation.equal(patched.object.value(at: "spec", "tags"), ["a", "b"], "tags")
            let refused = try await cluster.send(
                .patch,
                cluster.widgets("w"),
                patch,
                contentType: "application/json-patch+json"
            )
            try Expectation.that(refused.code == 422, "a test that fails is answered with 422, not \(refused.code)")
            _ = try await cluster.expect(
                415,
                .patch,
                cluster.widgets("w"),
                [:],
                contentType: "application/strategic-merge-patch+json"
            )
        },
        ConformanceScenario("a dry run answers as the write would and leaves no trace") { cluster in
            let answer = try await cluster.expect(
                201,
                .post,
                cluster.widgets(),
                Widget.object("w", ["size": 1]),
                query: ["dryRun": "All"]
            )
            try Expectation.equal(answer.object.value(at: "spec", "colour"), "Red", "default in the answer")
            _ = try await cluster.expect(404, .get, cluster.widgets("w"))
        },
    ]

    private static func generation(_ answer: ConformanceCluster.Answer) -> Int64? {
        answer.object.value(at: "metadata", "generation")?.integer
    }

    private static func with(_ object: JSONValue, _ status: JSONValue, size: Int64? = nil) -> JSONValue {
        var members = object.object ?? [:]
        members["status"] = status
        if let size {
            var spec = members["spec"]?.object ?? [:]
            spec["size"] = .integer(size)
            members["spec"] = .object(spec)
        }
        return .object(members)
    }
}
