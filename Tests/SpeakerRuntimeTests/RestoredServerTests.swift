import BGPResources
import KubeClient
import KubeModel
import LabAPIServer
import Logging
import Signals
import TestCluster
import TestSupport
import Testing

/// The lab's API server, whose store is made to go back in time as by a restore of etcd from a backup.
struct RestoredServerTests {
    private let clock = ManualClock()

    private func peerConfig(_ name: String, hold: Int = 90) -> String {
        """
        apiVersion: martlet.dev/v2
        kind: BGPPeerConfig
        metadata: {name: \(name)}
        spec: {timers: {holdTimeSeconds: \(hold)}}

        """
    }

    private func key(_ name: String) -> ObjectKey { ObjectKey(name: name) }

    /// Lets time pass in steps until something holds.
    private func pass(_ what: String, until holds: () -> Bool) async throws {
        try await eventually(what, is: true) {
            clock.advance(by: .seconds(1))
            return holds()
        }
    }

    @Test func `what is followed is what the restored server has, and what both have is left alone`() async throws {
        try await TestCluster.with { cluster in
            for name in ["both", "changed", "deleted-since"] { try await cluster.apply(peerConfig(name)) }
            let backup = cluster.server.store.backup()
            try await cluster.apply(peerConfig("changed", hold: 30))
            try await cluster.client.delete(BGPPeerConfig.self, key("deleted-since"))
            try await cluster.apply(peerConfig("made-since"))

            var stores = StoreSet()
            let store = stores.register(BGPPeerConfig.self, patience: DeletionPatience(clock: clock))
            let services = stores.register(Service.self)
            let options = WatchOptions(clock: clock, logger: TestCluster.logger)
            let source = APISource(client: cluster.client, stores: stores, options: options)
            let signal = stores.signal
            try await running([source]) {
                try await signal.wait { store.isReady && services.isReady }
                let reader = store.makeReader()
                _ = reader.read()
                // The watch is open, since it brings what comes now.
                try await cluster.apply(peerConfig("fence"))
                try await store.signal.wait { store.snapshot[key("fence")] != nil }
                _ = reader.read()

                cluster.server.store.restore(backup)
                try await pass("the restored server is followed") { store.snapshot[key("deleted-since")] != nil }
                #expect(store.epoch == 1)
                #expect(store.snapshot[key("changed")]?.spec.timers?.holdTimeSeconds == 90)
                // Those that it lacks may be on their way, as any that is deleted.
                #expect(reader.read().changes == StoreChanges(changed: [key("changed"), key("deleted-since")]))
                try await pass("what it does not have is gone") { store.snapshot.count == 3 }
                #expect(reader.read().changes == StoreChanges(removed: [key("made-since"), key("fence")]))

                // And what happens from now on is seen, though its versions were all there before.
                try await cluster.apply(peerConfig("later"))
                try await pass("what comes later is followed") { store.snapshot[key("later")] != nil }
            }
        }
    }

    @Test func `a watch from a version that is yet to come is silent, as on real servers`() async throws {
        try await TestCluster.with { cluster in
            let store = cluster.server.store
            let request = KubeRequest.watch(
                BGPPeerConfig.type,
                from: "\(store.revision + 2)",
                timeout: .seconds(100)
            )
            let stream = try await cluster.client.open(request)
            for name in ["a", "b", "c"] { try await cluster.apply(peerConfig(name)) }
            var text = ""
            for try await piece in stream.pieces {
                text = String(decoding: piece, as: UTF8.self)
                break
            }
            #expect(text.contains("\"c\"") && !text.contains("\"a\""))
        }
    }
}
