import KubeClient
import KubeJSON
import KubeModel

extension ConformanceScenario {
    static let watching: [ConformanceScenario] = [
        ConformanceScenario("a watch goes on exactly where a list ended") { cluster in
            _ = try await cluster.create("before", ["size": 1])
            let list = try await cluster.expect(200, .get, cluster.widgets())
            _ = try await cluster.create("w", ["size": 1])
            _ = try await cluster.merge(cluster.widgets("w"), ["spec": ["size": 2]])
            _ = try await cluster.expect(200, .delete, cluster.widgets("w"))
            let events = try await cluster.watch(cluster.widgets(), query: ["resourceVersion": list.revision]) {
                $0.count == 3
            }
            try Expectation.equal(
                events.map(ConformanceCluster.shown),
                ["ADDED w", "MODIFIED w", "DELETED w"],
                "events"
            )
            let revisions = events.compactMap { revision(of: $0) }
            try Expectation.that(
                revisions == revisions.sorted() && Set(revisions).count == 3,
                "revisions \(revisions) grow"
            )
        },
        ConformanceScenario("a watch from the beginning shows what is there") { cluster in
            _ = try await cluster.create("a", ["size": 1])
            _ = try await cluster.create("b", ["size": 1])
            let events = try await cluster.watch(cluster.widgets(), query: [:]) { $0.count == 2 }
            try Expectation.equal(events.map(ConformanceCluster.shown).sorted(), ["ADDED a", "ADDED b"], "events")
        },
        ConformanceScenario("a watch with a selector sees objects come into it and leave it") { cluster in
            let list = try await cluster.expect(200, .get, cluster.widgets())
            _ = try await cluster.create("w", ["size": 1])
            _ = try await cluster.merge(cluster.widgets("w"), ["metadata": ["labels": ["in": "yes"]]])
            _ = try await cluster.merge(cluster.widgets("w"), ["spec": ["size": 2]])
            _ = try await cluster.merge(cluster.widgets("w"), ["metadata": ["labels": ["in": nil]]])
            let query = ["resourceVersion": list.revision, "labelSelector": "in=yes"]
            let events = try await cluster.watch(cluster.widgets(), query: query) { $0.count == 3 }
            try Expectation.equal(
                events.map(ConformanceCluster.shown),
                ["ADDED w", "MODIFIED w", "DELETED w"],
                "events"
            )
        },
        ConformanceScenario("a streaming list ends with its bookmark") { cluster in
            _ = try await cluster.create("a", ["size": 1])
            let query = [
                "sendInitialEvents": "true", "resourceVersionMatch": "NotOlderThan", "allowWatchBookmarks": "true",
            ]
            let events = try await cluster.watch(cluster.widgets(), query: query) {
                $0.last?["type"]?.string == "BOOKMARK"
            }
            let mark = events.last?.value(at: "object", "metadata", "annotations")?["k8s.io/initial-events-end"]
            try Expectation.equal(mark, "true", "annotation of the bookmark")
            try Expectation.equal(events.dropLast().map(ConformanceCluster.shown), ["ADDED a"], "events before it")
        },
        ConformanceScenario("history that is forgotten is answered with 410 Gone") { cluster in
            let list = try await cluster.expect(200, .get, cluster.widgets())
            guard let compact = cluster.compact else { return }
            _ = try await cluster.create("w", ["size": 1])
            await compact()
            let events = try await cluster.watch(cluster.widgets(), query: ["resourceVersion": list.revision]) {
                $0.count == 1
            }
            try Expectation.equal(events.first?["type"], "ERROR", "type of the event")
            try Expectation.equal(events.first?.value(at: "object", "code"), 410, "code")
            try Expectation.equal(events.first?.value(at: "object", "reason"), "Expired", "reason")
        },
        ConformanceScenario("a page after compaction is answered with 410 Gone") { cluster in
            for index in 0..<3 { _ = try await cluster.create("w\(index)", ["size": 1]) }
            let page = try await cluster.expect(200, .get, cluster.widgets(), query: ["limit": "1"])
            guard let compact = cluster.compact, let token = page.object.value(at: "metadata", "continue")?.string
            else {
                return
            }
            await compact()
            _ = try await cluster.expect(410, .get, cluster.widgets(), query: ["limit": "1", "continue": token])
        },
    ]

    private static func revision(of event: JSONValue) -> UInt64? {
        event.value(at: "object", "metadata", "resourceVersion")?.string.flatMap { UInt64($0) }
    }
}
