import FoundationEssentials
import Glibc
import KubeClient
import KubeModel
import PlainText
import Signals
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

    @Test func `a special file is reported and delays nothing, and a file that is too long keeps what was read`() throws
    {
        try directory.write(node("a"), to: "a.yaml")
        try directory.write(node("b"), to: "b.yaml")
        #expect(mkfifo(directory.path("pipe.yaml"), 0o600) == 0)
        let zero = directory.path("zero.yaml")
        try FileManager.default.createSymbolicLink(atPath: zero, withDestinationPath: "/dev/zero")
        try source.refresh()
        #expect(nodes.snapshot.keys.map(\.name) == ["a", "b"])
        #expect(
            source.diagnostics.map(\.description) == [
                "pipe.yaml: is not read: it is a pipe, not a regular file",
                "zero.yaml: is not read: it is a device, not a regular file",
            ]
        )
        for name in ["pipe.yaml", "zero.yaml"] { try FileManager.default.removeItem(atPath: directory.path(name)) }
        // A file of that length that takes no room on the disk.
        #expect(truncate(directory.path("b.yaml"), off_t(BoundedFile.longestManifest + 1)) == 0)
        try source.refresh()
        #expect(nodes.snapshot.keys.map(\.name) == ["a", "b"])
        #expect(
            source.diagnostics.map(\.description) == [
                "b.yaml: the file cannot be read: it has more than \(BoundedFile.longestManifest) octets"
            ]
        )
    }

    @Test func `a manifest of an older version with the same fields is read like any other`() throws {
        var stores = StoreSet()
        let networks = stores.register(ServiceCIDR.self)
        let source = ManifestDirectory(path: directory.path, stores: stores)
        for (name, version) in [("a", "v1"), ("b", "v1beta1"), ("c", "v1alpha1")] {
            let manifest = "apiVersion: networking.k8s.io/\(version)\nkind: ServiceCIDR\nmetadata: {name: \(name)}\n"
            try directory.write(manifest + "spec: {cidrs: [10.96.0.0/12]}\n", to: "\(name).yaml")
        }
        try source.refresh()
        #expect(networks.snapshot.keys.map(\.name) == ["a", "b"])
        #expect(
            source.diagnostics.map(\.description) == [
                "c.yaml:1:13: ServiceCIDR/c: apiVersion: expected networking.k8s.io/v1, "
                    + "found networking.k8s.io/v1alpha1"
            ]
        )
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

    /// Runs a directory while `body` does.
    private func follow(
        _ following: ManifestDirectory.Following,
        clock: any Clock<Duration> = ContinuousClock(),
        _ body: () async throws -> Void
    ) async throws {
        let running = ManifestDirectory(path: directory.path, stores: stores, following: following, clock: clock)
        try await alongside({ try await running.run() }) {
            try await stores.waitUntilReady()
            try await body()
        }
    }

    /// Waits until there are exactly these nodes.
    private func nodes(are names: String...) async throws {
        try await stores.signal.wait { nodes.snapshot.keys.map(\.name) == names }
    }

    /// Only the kernel tells.
    private var told: ManifestDirectory.Following {
        var following = ManifestDirectory.Following()
        following.polling = .seconds(3600)
        following.sweeping = .seconds(3600)
        following.patience = .zero
        return following
    }

    @Test(.timeLimit(.minutes(10)))
    func `a running directory follows its files, and outlives its own absence`() async throws {
        let clock = ManualClock()
        var polled = ManifestDirectory.Following()
        polled.watches = false
        try directory.write(node("a"), to: "nodes.yaml")
        try await follow(polled, clock: clock) {
            try await nodes(are: "a")
            try directory.write(node("a", "bee"), to: "nodes.yaml")
            await clock.waitForSleepers(1)
            clock.advance(by: polled.polling)
            try await nodes(are: "a", "bee")
            let aside = directory.path + "-aside"
            try FileManager.default.moveItem(atPath: directory.path, toPath: aside)
            await clock.waitForSleepers(1)
            clock.advance(by: polled.polling)
            await clock.waitForSleepers(1)
            #expect(nodes.snapshot.keys.map(\.name) == ["a", "bee"])
            try FileManager.default.moveItem(atPath: aside, toPath: directory.path)
            try directory.write(node("c"), to: "more.yaml")
            clock.advance(by: polled.polling)
            try await nodes(are: "a", "bee", "c")
        }
    }

    @Test(.timeLimit(.minutes(10)))
    func `a directory that the kernel watches is not polled, until it is gone`() async throws {
        let clock = ManualClock()
        var following = ManifestDirectory.Following()
        following.polling = .milliseconds(250)
        following.sweeping = .seconds(3600)
        following.patience = .zero
        try directory.write(node("a"), to: "nodes.yaml")
        try await follow(following, clock: clock) {
            try await nodes(are: "a")
            await clock.waitForSleepers(1)
            #expect(clock.sleepers(within: .seconds(3599)) == 0)
            let aside = directory.path + "-aside"
            try FileManager.default.moveItem(atPath: directory.path, toPath: aside)
            await clock.waitForSleepers(1, within: following.polling)
            try FileManager.default.moveItem(atPath: aside, toPath: directory.path)
            try directory.write(node("b"), to: "nodes.yaml")
            clock.advance(by: following.polling)
            try await nodes(are: "b")
        }
    }

    @Test(.timeLimit(.minutes(10)))
    func `changes that the kernel reports are read at once, in new directories too`() async throws {
        try await follow(told) {
            try directory.write(node("a"), to: "a.yaml")
            try await nodes(are: "a")
            try directory.write(node("b"), to: "deep/er/b.yaml")
            try await nodes(are: "a", "b")
            try directory.write(node("c"), to: "deep/er/b.yaml")
            try await nodes(are: "a", "c")
            try FileManager.default.moveItem(atPath: directory.path("deep"), toPath: directory.path("other"))
            try directory.write(node("d"), to: "other/er/b.yaml")
            try await nodes(are: "a", "d")
            try directory.write(node("e"), to: ".hidden/e.yaml")
            try FileManager.default.moveItem(atPath: directory.path(".hidden"), toPath: directory.path("seen"))
            try await nodes(are: "a", "d", "e")
            try FileManager.default.linkItem(atPath: directory.path("a.yaml"), toPath: directory.path("0.yaml"))
            try FileManager.default.removeItem(atPath: directory.path("seen"))
            try FileManager.default.removeItem(atPath: directory.path("a.yaml"))
            try await nodes(are: "a", "d")
            try FileManager.default.removeItem(atPath: directory.path("0.yaml"))
            try await nodes(are: "d")
        }
    }

    @Test(.timeLimit(.minutes(10)))
    func `a mounted ConfigMap is followed from one version to the next`() async throws {
        // As the kubelet writes it: a directory for each version, a link to the present one, links to the files in it.
        func publish(_ text: String, version: String) throws {
            try directory.write(text, to: "mount/..\(version)/nodes.yaml")
            let link = directory.path("mount/..data_tmp")
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "..\(version)")
            guard rename(link, directory.path("mount/..data")) == 0 else { throw CancellationError() }
        }
        try publish(node("a"), version: "1")
        try FileManager.default.createSymbolicLink(
            atPath: directory.path("mount/nodes.yaml"),
            withDestinationPath: "..data/nodes.yaml"
        )
        try await follow(told) {
            try await nodes(are: "a")
            try publish(node("b"), version: "2")
            try await nodes(are: "b")
            try FileManager.default.removeItem(atPath: directory.path("mount/..1"))
            try publish(node("c"), version: "3")
            try await nodes(are: "c")
        }
    }

    @Test(.timeLimit(.minutes(10)))
    func `a linked file is followed where it lies`() async throws {
        let elsewhere = try TemporaryDirectory("linked")
        let target = try elsewhere.write(node("a"), to: "nodes.yaml")
        try FileManager.default.createSymbolicLink(atPath: directory.path("l.yaml"), withDestinationPath: target)
        try await follow(told) {
            try await nodes(are: "a")
            try node("b").write(toFile: target, atomically: false, encoding: .utf8)
            try await nodes(are: "b")
            try elsewhere.write(node("c"), to: "nodes.yaml")
            try await nodes(are: "c")
            try elsewhere.write(node("d"), to: "nodes.yaml")
            try await nodes(are: "d")
        }
    }

    @Test(.timeLimit(.minutes(10)))
    func `a file that comes back soon took nothing away`() async throws {
        let clock = ManualClock()
        var patient = ManifestDirectory.Following()
        patient.sweeping = .seconds(3600)
        patient.polling = .seconds(3600)
        patient.patience = .seconds(1)
        try directory.write(node("a"), to: "a.yaml")
        try directory.write(node("b"), to: "b.yaml")
        try await follow(patient, clock: clock) {
            try await nodes(are: "a", "b")
            try FileManager.default.removeItem(atPath: directory.path("a.yaml"))
            // One sleeps between looks, the other until the file counts as gone.
            await clock.waitForSleepers(2)
            #expect(nodes.snapshot.keys.map(\.name) == ["a", "b"])
            try directory.write(node("a", "c"), to: "a.yaml")
            try await nodes(are: "a", "b", "c")
            clock.advance(by: .seconds(1))
            try FileManager.default.removeItem(atPath: directory.path("b.yaml"))
            await clock.waitForSleepers(2)
            #expect(nodes.snapshot.keys.map(\.name) == ["a", "b", "c"])
            clock.advance(by: .seconds(1))
            try await nodes(are: "a", "c")
        }
    }

    @Test(.timeLimit(.minutes(10)))
    func `a renamed file does not define its objects twice`() async throws {
        try directory.write(node("a"), to: "a.yaml")
        var patient = told
        patient.patience = .seconds(3600)
        try await follow(patient) {
            try FileManager.default.moveItem(atPath: directory.path("a.yaml"), toPath: directory.path("b.yaml"))
            try directory.write(node("b"), to: "c.yaml")
            try await nodes(are: "a", "b")
            #expect(stores.diagnostics.isEmpty)
        }
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `looking again and again leads to the same as looking once`(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let files = ["a.yaml", "b.yaml", "deep/c.yaml", "deep/er/d.yaml"]
        for step in 0..<60 {
            let file = files.randomElement(using: &generator) ?? ""
            if Int.random(in: 0..<4, using: &generator) == 0 {
                try? FileManager.default.removeItem(atPath: directory.path(file))
            } else {
                var text = ""
                for name in ["x", "v", "z", "x"] where Bool.random(using: &generator) {
                    let label = Int.random(in: 0..<3, using: &generator)
                    text += "---\napiVersion: v1\nkind: Node\nmetadata: {name: \(name), labels: {l: n\(label)}}\n"
                }
                if Int.random(in: 0..<5, using: &generator) == 0 {
                    text += "---\napiVersion: v2\nkind: Lease\nmetadata: {name: w}\n"
                }
                try directory.write(text, to: file)
            }
            try source.refresh()
            var others = StoreSet()
            let fresh = (others.register(Node.self), others.register(Lease.self))
            let once = ManifestDirectory(path: directory.path, stores: others)
            try once.refresh()
            #expect(nodes.snapshot == fresh.0.snapshot, "after step \(step)")
            #expect(source.diagnostics == once.diagnostics, "after step \(step)")
        }
    }

    @Test(.timeLimit(.minutes(10)))
    func `gathered changes are one notification, once all are made`() async throws {
        let signal = ChangeSignal()
        var ticks = signal.changes().makeAsyncIterator()
        await ticks.next()
        var told = 0
        let (store, writer) = ResourceStore<Node>.make(signal: signal)
        try await withThrowingTaskGroup { group in
            group.addTask {
                for await _ in signal.changes() where store.snapshot.count > 0 { return store.snapshot.count }
                return 0
            }
            signal.gather {
                for name in ["a", "b", "c"] { writer.put(Node(metadata: ObjectMeta(name: name))) }
            }
            told = try await group.next() ?? 0
        }
        await ticks.next()
        #expect(told == 3)
    }

    @Test func `a change counts as soon as it is there, in its own signal and in the whole, gathered or not`() {
        let whole = ChangeSignal()
        let part = ChangeSignal(partOf: whole)
        let (store, writer) = ResourceStore<Node>.make(signal: part)
        whole.gather {
            writer.put(Node(metadata: ObjectMeta(name: "a")))
            #expect((store.snapshot.count, part.count, whole.count) == (1, 1, 1))
            writer.put(Node(metadata: ObjectMeta(name: "a")))
        }
        #expect((part.count, whole.count) == (1, 1))
        whole.notify()
        #expect((part.count, whole.count) == (1, 2))
    }
}
