import FoundationEssentials
import KubeClient
import KubeModel
import TestSupport
import Testing

struct ManifestDirectoryTests {
    private let directory: TemporaryDirectory
    private let stores: StoreSet
    private let nodes: ResourceStore<Node>
    private let leases: ResourceStore<Lease>
    private let source: ManifestDirectory

    init() throws {
        directory = try TemporaryDirectory("manifests")
        var stores = StoreSet()
        nodes = stores.register(Node.self)
        leases = stores.register(Lease.self)
        self.stores = stores
        source = ManifestDirectory(path: directory.path, stores: stores)
    }

    private func node(_ names: String...) -> String {
        names.map { "apiVersion: v1\nkind: Node\nmetadata: {name: \($0)}\n" }.joined(separator: "---\n")
    }

    @Test func `files are followed, malformed ones keep their objects, removed ones take theirs away`() throws {
        try source.refresh()
        #expect(stores.isReady && nodes.snapshot.isEmpty)
        try directory.write(node("a", "b"), to: "nodes.yaml")
        try directory.write(node("c"), to: "deep/er/more.yml")
        try directory.write("not read", to: ".hidden/x.yaml")
        try source.refresh()
        #expect(nodes.snapshot.keys.map(\.name) == ["a", "b", "c"])
        try directory.write(node("a") + "\tbroken: 1\n", to: "nodes.yaml")
        try source.refresh()
        #expect(nodes.snapshot.keys.map(\.name) == ["a", "b", "c"])
        #expect(
            source.diagnostics.map(\.description) == [
                "nodes.yaml:4:1: found a tab character, expected spaces for indentation"
            ]
        )
        try directory.write(node("a"), to: "nodes.yaml")
        try FileManager.default.removeItem(atPath: directory.path("deep"))
        try source.refresh()
        #expect(nodes.snapshot.keys.map(\.name) == ["a"])
        #expect(source.diagnostics.isEmpty)
    }

    @Test func `an object in two files is taken from the first and reported`() throws {
        try directory.write(node("x", "a"), to: "1.yaml")
        try directory.write(node("a"), to: "2.yaml")
        try source.refresh()
        #expect(nodes.snapshot.count == 2)
        #expect(
            source.diagnostics.map(\.description) == [
                "2.yaml:1:1: Node/a: stands already at 1.yaml:5, expected once; this one has no effect"
            ]
        )
    }

    @Test func `namespace, uid and creation time are filled in`() throws {
        try directory.write(
            "{\"apiVersion\": \"coordination.k8s.io/v1\", \"kind\": \"Lease\", \"metadata\": {\"name\": \"l\"}}",
            to: "l.json"
        )
        try source.refresh()
        let metadata = leases.snapshot[ObjectKey(namespace: "default", name: "l")]?.metadata
        #expect(metadata?.uid == "manifest:Lease/default/l")
        #expect(metadata?.creationTimestamp == Timestamp(secondsSinceEpoch: 0))
    }

    @Test(.timeLimit(.minutes(1)))
    func `a running directory follows its files, and outlives its own absence`() async throws {
        let clock = ManualClock()
        let running = ManifestDirectory(path: directory.path, stores: stores, interval: .seconds(1), clock: clock)
        try directory.write(node("a"), to: "nodes.yaml")
        try await withThrowingTaskGroup { group in
            group.addTask { try await running.run() }
            await clock.waitForSleepers(1)
            #expect(nodes.snapshot.keys.map(\.name) == ["a"])
            try directory.write(node("a", "bee"), to: "nodes.yaml")
            clock.advance(by: .seconds(1))
            await clock.waitForSleepers(1)
            #expect(nodes.snapshot.keys.map(\.name) == ["a", "bee"])
            let aside = directory.path + "-aside"
            try FileManager.default.moveItem(atPath: directory.path, toPath: aside)
            clock.advance(by: .seconds(1))
            await clock.waitForSleepers(1)
            #expect(nodes.snapshot.keys.map(\.name) == ["a", "bee"])
            try FileManager.default.moveItem(atPath: aside, toPath: directory.path)
            try directory.write(node("c"), to: "more.yaml")
            clock.advance(by: .seconds(1))
            await clock.waitForSleepers(1)
            #expect(nodes.snapshot.keys.map(\.name) == ["a", "bee", "c"])
            group.cancelAll()
            while let result = await group.nextResult() {
                if case .failure(let error) = result, !(error is CancellationError) { throw error }
            }
        }
    }
}
