import AdminServer
import AsyncHTTPClient
import Logging
import NIOCore
import NIOPosix
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct AdminFloodTests {
    @Test(arguments: [128, 1000])
    func `connections that send in drops change nothing for the kubelet`(count: Int) async throws {
        try await Serving.with(.init(Serving.loopback, health: nil)) { serving in
            var held: [any Channel] = []
            for number in 0..<count {
                let source = "127.0.\(1 + number % 50).1"
                for port in [serving.pages, serving.health] {
                    // Those that are closed for others may be so before they have said anything.
                    if let channel = try? await Serving.hold(port, from: source, saying: "GET /livez HTTP/1.1\r\nX:") {
                        held.append(channel)
                    }
                }
            }
            try await #expect(serving.livez().body == "ok")
            try await #expect(serving.get("/metrics").status == 200)
            for channel in held { try? await channel.close() }
            let text = serving.metrics.exposition()
            for line in ["martlet_admin_connections_evicted_total{listener=\"health\"} ", "{listener=\"admin\"} "] {
                #expect(text.contains(line))
            }
            #expect(!text.contains("martlet_admin_connections_evicted_total{listener=\"health\"} 0\n"))
            #expect(text.contains("martlet_admin_connections_refused_total{listener=\"health\"} 0\n"))
        }
    }

    @Test func `a host has its few connections, and its newest goes before its oldest`() async throws {
        try await Serving.with(.init(Serving.loopback)) { serving in
            let other = try await Serving.hold(serving.pages, from: "127.0.9.1", saying: "GET")
            let oldest = try await Serving.hold(serving.pages, from: "127.0.9.2", saying: "GET")
            try await oldest.setOption(.autoRead, value: true).get()
            var held: [any Channel] = []
            for _ in 0..<AdminLimits().connectionsOfSource {
                held.append(try await Serving.hold(serving.pages, from: "127.0.9.2", saying: "GET"))
            }
            try await oldest.closeFuture.get()
            #expect(other.isActive)
            for channel in held + [other] { try? await channel.close() }
        }
    }

    @Test func `a new connection is refused while all others are being answered`() async throws {
        var configuration = AdminServer.Configuration(Serving.loopback)
        configuration.limits.connections = 1
        let gate = Gate()
        configuration.pages = [gate.page]
        try await Serving.with(configuration) { serving in
            async let first = serving.get("/gate")
            await gate.waitForVisitors(1)
            let second = try await serving.get("/gate")
            #expect(second.status == 503)
            #expect(second["retry-after"] == "1")
            #expect(
                serving.metrics.exposition().contains("martlet_admin_connections_refused_total{listener=\"admin\"} 1\n")
            )
            gate.open()
            try await #expect(first.status == 200)
        }
    }

    @Test func `two pages are worked on, the third waits, and one too many is refused`() async throws {
        var configuration = AdminServer.Configuration(Serving.loopback)
        configuration.limits.waitingPages = 1
        configuration.limits.waitingTime = .hours(1)
        let gate = Gate()
        configuration.pages = [gate.page]
        try await Serving.with(configuration) { serving in
            try await withThrowingTaskGroup(of: UInt.self) { group in
                for _ in 0..<4 { group.addTask { try await serving.get("/gate").status } }
                // Three cannot end before the gate opens, so this is the fourth.
                let refused = try await group.next()
                #expect(refused == 503)
                await gate.waitForVisitors(2)
                #expect(gate.most == 2)
                #expect(
                    serving.metrics.exposition().contains("martlet_admin_pages_refused_total{listener=\"admin\"} 1\n")
                )
                // Health waits for no page.
                let health = try await serving.get("/livez")
                #expect(health.body == "ok")
                gate.open()
                for try await status in group { #expect(status == 200) }
            }
            #expect(gate.most == 2)
        }
    }

    @Test func `a page that waits too long is refused`() async throws {
        var configuration = AdminServer.Configuration(Serving.loopback)
        configuration.limits.pages = 1
        configuration.limits.waitingTime = .nanoseconds(1)
        let gate = Gate()
        configuration.pages = [gate.page]
        try await Serving.with(configuration) { serving in
            async let first = serving.get("/gate")
            await gate.waitForVisitors(1)
            let second = try await serving.get("/gate")
            #expect(second.status == 503)
            #expect(second["retry-after"] == "5")
            gate.open()
            try await #expect(first.status == 200)
        }
    }

    @Test func `unread pages stop at the bound of octets, and leave others their turn`() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        var limits = AdminLimits()
        limits.pageOctets = 1 << 20
        limits.connectionsOfSource = 32
        let written = Mutex(0)
        let chunk = String(repeating: "x", count: 10_000)
        let endless = AdminPage("endless") { _ in
            .json { writer in
                while true {
                    try await writer.write(chunk)
                    written.withLock { $0 += chunk.utf8.count }
                }
            }
        }
        let listener = AdminListener(
            eventLoop: group.next(),
            configuration: AdminListener.Configuration(
                name: "test",
                router: AdminRouter([endless, AdminPage("short") { _ in .text("short") }]),
                access: .open,
                limits: limits
            ),
            tls: nil,
            metrics: MetricsRegistry(),
            logger: Logger(label: "test")
        )
        let port = try await listener.listen(on: Serving.loopback)
        try await withThrowingDiscardingTaskGroup { tasks in
            tasks.addTask { await listener.answerRequests() }
            var held: [any Channel] = []
            // Eight parts of 64 KiB wait for their clients.
            for _ in 0..<8 {
                held.append(try await Serving.hold(port, from: "127.0.8.1", saying: "GET /endless HTTP/1.1\r\n\r\n"))
            }
            try await eventually("every client has its part", is: true) {
                let pending = await listener.pendingOctets
                #expect(pending <= limits.pageOctets)
                return pending >= 8 * limits.chunkOctets
            }
            try await #expect(Serving.get(port, "/short").body == "short")
            // And with twenty-four the bound is reached.
            for _ in 0..<16 {
                held.append(try await Serving.hold(port, from: "127.0.8.1", saying: "GET /endless HTTP/1.1\r\n\r\n"))
            }
            try await eventually("no more fits", is: true) {
                let pending = await listener.pendingOctets
                #expect(pending <= limits.pageOctets)
                return pending + limits.chunkOctets + chunk.utf8.count > limits.pageOctets
            }
            for channel in held { try await channel.close() }
            try await eventually("all is given back", is: 0) { await listener.pendingOctets }
            await listener.close()
        }
        try await group.shutdownGracefully()
    }

    @Test func `the server ends at once, whatever is asked of it`() async throws {
        let gate = Gate()
        let chunk = String(repeating: "x", count: 10_000)
        let endless = AdminPage("endless") { _ in .json { while true { try await $0.write(chunk) } } }
        try await Serving.with(.init(Serving.loopback, pages: [gate.page, endless])) { serving in
            var held: [any Channel] = []
            for path in ["gate", "endless", "endless", "endless", "gate"] {
                held.append(try await Serving.hold(serving.pages, saying: "GET /\(path) HTTP/1.1\r\n\r\n"))
            }
            await gate.waitForVisitors(1)
            for channel in held { try await channel.setOption(.autoRead, value: true).get() }
        }
    }
}

/// A page that answers when it is opened, or its server ends, and counts how many are in it.
final class Gate: Sendable {
    private struct State {
        var visitors = 0
        var most = 0
        var isOpen = false
        var waiting: [CheckedContinuation<Void, Never>] = []
        var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    var page: AdminPage {
        AdminPage("gate") { _ in
            await self.enter()
            return .text("through")
        }
    }

    /// How many were in it at a time.
    var most: Int { state.withLock(\.most) }

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func waitForVisitors(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.visitors < count { state.watchers.append((count, continuation)) }
                return state.visitors >= count
            }
            if isThere { continuation.resume() }
        }
    }

    private func enter() async {
        await withTaskCancellationHandler {
            await pass()
        } onCancel: {
            open()
        }
        state.withLock { $0.visitors -= 1 }
    }

    private func pass() async {
        await withCheckedContinuation { continuation in
            let (isOpen, watchers) = state.withLock { state in
                state.visitors += 1
                state.most = max(state.most, state.visitors)
                if !state.isOpen { state.waiting.append(continuation) }
                let due = state.watchers.filter { $0.count <= state.visitors }
                state.watchers.removeAll { $0.count <= state.visitors }
                return (state.isOpen, due)
            }
            for watcher in watchers { watcher.continuation.resume() }
            if isOpen { continuation.resume() }
        }
    }
}
