import Addressing
import BGPEngine
import BGPTransport
import BGPWire
import Logging
import NIOCore
import NIOPosix
import Synchronization
import TestSupport

/// A `BGPSpeaker` of this process whose sockets are on a host of a `VirtualNetwork`, with one router as its peer.
final class LoneSpeaker: Sendable {
    private let kind: RouterKind
    private let router: any Router
    private let group: MultiThreadedEventLoopGroup
    private let configuration: InstanceConfiguration
    private let current: Mutex<BGPSpeaker>
    private let wanted = Mutex<[Route]>([])

    private static let peer = PeerID(instance: "lone", peer: "router")

    /// Starts router and speaker, calls `body`, and ends both.
    static func with(
        _ kind: RouterKind,
        _ relation: Relation,
        password: String? = nil,
        _ body: (LoneSpeaker, any Router) async throws -> Void
    ) async throws {
        try await VirtualNetwork.with(plan) { network in
            let router = try kind.router(on: network["router"], relation, password: password)
            try await router.start()
            let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
            let host = try network["speaker"]
            try await group.next().submit { try host.enter() }.get()
            let speaker = try LoneSpeaker(kind, router, relation, group: group, password: password)
            do {
                try await body(speaker, router)
                await speaker.leave()
            } catch {
                let seen = speaker.current.withLock { $0.snapshot() }
                await speaker.leave()
                try await group.shutdownGracefully()
                throw Setting.Failure(description: "\(error)\n\(seen)\n\(await router.log.suffix(3000))")
            }
            try await group.shutdownGracefully()
        }
    }

    private init(
        _ kind: RouterKind,
        _ router: any Router,
        _ relation: Relation,
        group: MultiThreadedEventLoopGroup,
        password: String?
    ) throws {
        self.kind = kind
        self.router = router
        self.group = group
        guard let remote = ScopedAddress("10.0.0.254"), let routerID = RouterID("10.0.0.1") else {
            throw Overdue(description: "no addresses")
        }
        let peer = PeerConfiguration(
            name: Self.peer.peer,
            remote: remote,
            remoteAS: ASNumber(rawValue: relation.routerAS),
            localAS: 65001,
            routerID: routerID,
            timers: PeerTimers(holdTime: 90, keepalive: 30, connectRetry: 1),
            families: kind.isDualStack ? [.ipv4Unicast, .ipv6Unicast] : [.ipv4Unicast],
            restartTime: 120,
            password: password.flatMap { Password($0) }
        )
        configuration = InstanceConfiguration(
            name: Self.peer.instance,
            localAS: 65001,
            routerID: routerID,
            peers: [.init(peer)]
        )
        current = Mutex(BGPSpeaker(group: group, logger: Logger(label: "lone")))
        current.withLock { $0.apply([configuration]) }
    }

    /// Desires exactly these routes; the router is one for families it does not speak.
    func want(_ routes: [Route]) {
        let possible = routes.filter { kind.isDualStack || $0.prefix.family == .ipv4 }
        wanted.withLock { $0 = possible }
        current.withLock { $0.want([Self.peer: RouteTable(possible)], isComplete: true) }
    }

    /// Ends as a program does that comes back, calls `meanwhile`, and begins anew with the same routes.
    func restart(_ meanwhile: () async throws -> Void) async throws {
        await current.withLock { $0 }.shutDown(.restarting)
        try await meanwhile()
        let next = BGPSpeaker(group: group, restarted: true, logger: Logger(label: "lone"))
        current.withLock { $0 = next }
        next.apply([configuration])
        next.want([Self.peer: RouteTable(wanted.withLock { $0 })], isComplete: true)
    }

    /// Ends the sessions for good.
    func leave() async {
        await current.withLock { $0 }.shutDown(.leaving(message: "the test is over"))
    }

    /// Waits until the router has exactly these paths.
    func routerHas(_ paths: [String: RouterPath]) async throws {
        for family in IPFamily.allCases where kind.isDualStack || family == .ipv4 {
            var expected = RouterTable(paths.filter { IPPrefix($0.key)?.family == family }.mapValues { [$0] })
            if !kind.showsDefaultPreference { expected = expected.withoutPreferenceOfExternalPaths }
            try await eventually("the \(family) table of \(kind)", is: expected) { try await router.table(family) }
        }
    }

    private static let plan = [
        HostPlan("router", on: "lan", "10.0.0.254/24", "fd00:1::254/64"),
        HostPlan("speaker", on: "lan", "10.0.0.1/24", "fd00:1::1/64"),
    ]
}

extension RouterTable {
    /// The same table as a router shows it that gives no preference to paths from another AS.
    fileprivate var withoutPreferenceOfExternalPaths: RouterTable {
        RouterTable(
            routes.mapValues { paths in
                Set(
                    paths.map { path in
                        var path = path
                        if !path.asPath.isEmpty { path.localPreference = nil }
                        return path
                    }
                )
            }
        )
    }
}
