import BGPEngine
import BGPTypes
import BGPWire
import NIOCore
import TestSupport
import Testing

/// Many peers, of which those in step share what they are sent.
@Suite struct SharedTransmissionTests {
    /// A peer twice: sharing with others, and by itself.
    private struct Peer {
        var session: SessionEncoding
        var sharing = AdjacencyOut()
        var alone = AdjacencyOut()
        var router: Router
        var isBlocked = false

        init(_ session: SessionEncoding) {
            self.session = session
            router = Router(session.context)
        }

        mutating func both(_ change: (inout AdjacencyOut) -> Void) {
            change(&sharing)
            change(&alone)
        }

        /// Sends a batch, if there is one, and says whether both would have sent the same octets.
        mutating func send(limit: Int, stage: Int, _ shared: inout UpdateCache) -> Bool? {
            var nothing = UpdateCache(stage: stage)
            let batch = sharing.nextBatch(limit: limit, sharing: &shared)
            guard batch == alone.nextBatch(limit: limit, sharing: &nothing) else { return false }
            guard let batch else { return nil }
            router.receive(batch)
            return true
        }
    }

    /// Short messages, so that few routes need many of them.
    private static let sessions: [SessionEncoding] = {
        var short = SessionEncoding.dualStack
        short.context.maximumSentLength = 300
        var sessions = [SessionEncoding](repeating: short, count: 8)
        sessions[1].sendsEndOfRIB = false
        sessions[2].context.enhancedRouteRefresh = false
        sessions[3].context.fourOctetAS = false
        sessions[4].context.isInternal = true
        sessions[5].context.families = [.ipv6Unicast]
        sessions[6].ipv6 = nil
        sessions[7].ipv4 = nil
        sessions[7].context.ipv4OverIPv6 = true
        return sessions
    }()

    private static func table(_ random: inout SeededGenerator, from table: RouteTable) -> RouteTable {
        var changes: [IPPrefix: RouteAttributes?] = [:]
        for _ in 0..<random.below(random.below(8) == 0 ? 400 : 10) {
            // Of some no session can carry the attributes.
            let attributes = RouteAttributes(
                med: UInt32(random.below(3)),
                largeCommunities: (0..<(random.below(9) == 0 ? 40 : 0)).map { LargeCommunity(65001, 1, $0) }
            )
            let host = RouteTable.host(random.below(500), random.below(3) == 0 ? .ipv6 : .ipv4)
            changes[host] = .some(random.below(3) == 0 ? nil : attributes)
        }
        return table.setting(changes)
    }

    @Test(arguments: UInt64(1)...20)
    func `each peer is sent what it would be sent alone, and ends with the table`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let stage = [1, 500, 4000, 1 << 20][random.below(4)]
        var shared = UpdateCache(stage: stage)
        var table = RouteTable()
        var peers = (0..<8).map { _ in Peer(Self.sessions[random.below(Self.sessions.count)]) }
        var differences = 0
        for _ in 0..<150 {
            let index = random.below(peers.count)
            switch random.below(16) {
            case 0...2:
                let established = peers[index].session
                peers[index].both { $0.sessionEstablished(established) }
                peers[index].router = Router(established.context)
            case 3: peers[index].both { $0.sessionLost() }
            case 4: peers[index].isBlocked.toggle()
            case 5: peers[index].both { $0.refresh(.ipv4Unicast) }
            case 6...9:
                table = Self.table(&random, from: table)
                // As a speaker does: at once for all, and all that can be sent is sent.
                for index in peers.indices { peers[index].both { $0.setDesired(table) } }
                for index in peers.indices where !peers[index].isBlocked {
                    while let same = peers[index].send(limit: 65536, stage: stage, &shared) {
                        differences += same ? 0 : 1
                    }
                }
            case 10: shared.forgetUnused()
            default:
                if peers[index].send(limit: 1 + random.below(900), stage: stage, &shared) == false { differences += 1 }
            }
        }
        for index in peers.indices {
            let established = peers[index].session
            if peers[index].sharing.session == nil {
                peers[index].both { $0.sessionEstablished(established) }
                peers[index].router = Router(established.context)
            }
            peers[index].both { $0.setDesired(table) }
            while let same = peers[index].send(limit: 65536, stage: stage, &shared) { differences += same ? 0 : 1 }
            let wanted = established.carried(of: table)
            #expect(peers[index].sharing.isSettled)
            #expect(peers[index].router.routes.mapValues(\.attributes.med) == wanted.mapValues(\.med))
            #expect(peers[index].sharing.announced.count == wanted.count)
            #expect(!peers[index].router.events.contains { if case .malformed = $0 { true } else { false } })
        }
        #expect(differences == 0)
    }

    @Test func `peers share one encoding, even if some join late or are slow`() {
        var shared = UpdateCache()
        let table = RouteTable.hosts(2000, .ipv4)
        var peers = Self.sessions.prefix(3).map(Peer.init)
        for index in peers.indices {
            let session = peers[index].session
            peers[index].sharing.setDesired(table)
            peers[index].sharing.sessionEstablished(session)
            while index < 2, peers[index].sharing.nextBatch(limit: 4096, sharing: &shared) != nil {}
        }
        _ = peers[2].sharing.nextBatch(limit: 4096, sharing: &shared)
        #expect(shared.count == 1)
        // One is still on its way with the old table; the other two have the new one at the cost of one.
        let changed = table.setting([RouteTable.host(1, .ipv4): RouteAttributes(med: 1)])
        for index in 0..<2 {
            peers[index].sharing.setDesired(changed)
            while peers[index].sharing.nextBatch(limit: 4096, sharing: &shared) != nil {}
        }
        #expect(shared.count == 2)
        peers[2].sharing.setDesired(changed)
        while peers[2].sharing.nextBatch(limit: 4096, sharing: &shared) != nil {}
        #expect(shared.count == 3)
        // Now they are in step again.
        for index in peers.indices {
            peers[index].sharing.setDesired(table)
            while peers[index].sharing.nextBatch(limit: 4096, sharing: &shared) != nil {}
        }
        #expect(shared.count == 4)
    }

    @Test func `nothing is kept once everything is sent and some time has passed`() {
        var shared = UpdateCache(stage: 4096)
        var adjacency = AdjacencyOut()
        adjacency.setDesired(.hosts(5000, .ipv4))
        adjacency.sessionEstablished(.dualStack)
        while adjacency.nextBatch(limit: 4096, sharing: &shared) != nil {}
        #expect(!shared.isEmpty)
        shared.forgetUnused()
        shared.forgetUnused()
        #expect(shared.isEmpty)
        #expect(adjacency.announced.count == 5000)
    }

    @Test(arguments: [5000, 30_000])
    func `going through stages costs no additional messages`(stage: Int) {
        var shared = UpdateCache(stage: stage)
        var adjacency = AdjacencyOut()
        var router = Router(SessionEncoding.dualStack.context)
        adjacency.setDesired(.hosts(10_000, .ipv4))
        adjacency.sessionEstablished(.dualStack)
        while let batch = adjacency.nextBatch(limit: 65536, sharing: &shared) { router.receive(batch) }
        #expect(router.updates == 13)
        #expect(router.routes.count == 10_000)
        #expect(router.mentions.values.allSatisfy { $0 == 1 })
        #expect(router.events.suffix(1) == [.endOfRIB(.ipv4Unicast)])
    }
}

extension SessionEncoding {
    /// The routes that can be told on the session.
    fileprivate func carried(of table: RouteTable) -> [IPPrefix: RouteAttributes] {
        let routes = IPFamily.allCases.filter { nextHop($0) != nil }.flatMap { table.routes($0) }
        let sayable = routes.filter { $0.attributes.largeCommunities.isEmpty }
        return Dictionary(sayable.map { ($0.prefix, $0.attributes) }, uniquingKeysWith: { first, _ in first })
    }
}
