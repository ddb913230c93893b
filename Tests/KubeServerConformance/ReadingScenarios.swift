import KubeClient
import KubeJSON
import KubeModel

extension ConformanceScenario {
    static let reading: [ConformanceScenario] = [
        ConformanceScenario("all pages of a list show one revision") { cluster in
            for index in 0..<5 { _ = try await cluster.create("w\(index)", ["size": 1]) }
            var page = try await cluster.expect(200, .get, cluster.widgets(), query: ["limit": "2"])
            try Expectation.equal(page.object.value(at: "metadata", "remainingItemCount"), 3, "items left")
            let revision = page.revision
            _ = try await cluster.create("w9", ["size": 1])
            var names = names(of: page)
            while let token = page.object.value(at: "metadata", "continue")?.string, !token.isEmpty {
                page = try await cluster.expect(
                    200,
                    .get,
                    cluster.widgets(),
                    query: ["limit": "2", "continue": token]
                )
                try Expectation.equal(page.revision, revision, "revision of a later page")
                names += ConformanceScenario.names(of: page)
            }
            try Expectation.equal(names, ["w0", "w1", "w2", "w3", "w4"], "names of all pages")
        },
        ConformanceScenario("label and field selectors choose objects") { cluster in
            _ = try await cluster.create("a", ["size": 1], labels: ["tier": "front", "app": "x"])
            _ = try await cluster.create("b", ["size": 1], labels: ["tier": "back"])
            _ = try await cluster.create("c", ["size": 1])
            let expected: [(String, [String])] = [
                ("tier=front", ["a"]), ("tier!=front", ["b", "c"]), ("tier in (front,back)", ["a", "b"]),
                ("tier notin (front)", ["b", "c"]), ("tier", ["a", "b"]), ("!tier", ["c"]), ("tier=front,app", ["a"]),
            ]
            for (selector, names) in expected {
                let list = try await cluster.expect(
                    200,
                    .get,
                    cluster.widgets(),
                    query: ["labelSelector": selector]
                )
                try Expectation.equal(ConformanceScenario.names(of: list), names, selector)
            }
            let one = try await cluster.expect(
                200,
                .get,
                cluster.widgets(),
                query: ["fieldSelector": "metadata.name=b"]
            )
            try Expectation.equal(names(of: one), ["b"], "metadata.name=b")
            _ = try await cluster.expect(400, .get, cluster.widgets(), query: ["fieldSelector": "spec.size=1"])
            _ = try await cluster.expect(400, .get, cluster.widgets(), query: ["labelSelector": "a b"])
        },
        ConformanceScenario("what is not there is NotFound with its name") { cluster in
            let answer = try await cluster.expect(404, .get, cluster.widgets("none"))
            try Expectation.equal(answer.reason, "NotFound", "reason")
            try Expectation.equal(
                answer.object["message"]?.string,
                "widgets.conformance.martlet.dev \"none\" not found",
                "message"
            )
            _ = try await cluster.expect(404, .get, "/apis/conformance.martlet.dev/v1/gadgets")
        },
    ]

    static func names(of list: ConformanceCluster.Answer) -> [String] {
        (list.object["items"]?.array ?? []).compactMap { $0.value(at: "metadata", "name")?.string }
    }
}
