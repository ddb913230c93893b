import BGPTypes
import KubeModel
import Planning
import TestSupport
import Testing

/// Controllers that all believe they lead, on one server, in any order of what they see, do and fail at, with restarts.
struct RivalControllerTests {
    @Test(arguments: UInt64(0)..<60)
    func `no address is given twice, and in the end every service has one`(seed: UInt64) throws {
        var world = RivalWorld(seed: seed)
        for step in 0..<600 {
            world.step()
            try #require(world.sharedAddresses == [], "seed \(seed), step \(step)")
        }
        world.settle()
        #expect(world.sharedAddresses == [], "seed \(seed)")
        #expect(world.waiting == [], "seed \(seed)")
    }
}

/// A server that refuses what is not written on the present version, and two operators.
private struct RivalWorld {
    private struct Operator {
        var desk = AddressDesk()
        var orders: ArraySlice<AddressEffect> = []
        /// Services that changed on the server and were not brought by the watch yet.
        var unseen: Set<ObjectKey> = []
    }

    private var random: SeededGenerator
    private var version = 100
    private var services: [ObjectKey: AddressedService] = [:]
    private var pages: [IPPrefix: ClaimPage] = [:]
    private var operators: [Operator] = []
    private var next = 0

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        operators = [started(), started()]
    }

    /// Addresses that two Services have.
    var sharedAddresses: [IPAddress] {
        let all = services.values.flatMap { service in
            (service.status?.loadBalancer?.ingress ?? []).compactMap { $0.ip.flatMap { IPAddress($0) } }
        }
        return Dictionary(grouping: all) { $0 }.filter { $0.value.count > 1 }.keys.sorted()
    }

    var waiting: [ObjectKey] {
        services.filter { $0.value.status?.loadBalancer?.ingress?.isEmpty ?? true }.keys.sorted()
    }

    private func started() -> Operator {
        var new = Operator()
        new.unseen = Set(services.keys)
        new.desk.start(with: pages.values.sorted { $0.network < $1.network })
        return new
    }

    private mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &random) < percent }

    private mutating func newVersion() -> String {
        version += 1
        return String(version)
    }

    mutating func step() {
        switch Int.random(in: 0..<20, using: &random) {
        case 0...1 where services.count < 4:
            let key = ObjectKey(namespace: "default", name: "s\(next)")
            next += 1
            services[key] = addressed(key.name, version: newVersion(), created: Double(next))
            note(key)
        case 2:
            guard let key = services.keys.sorted().randomElement(using: &random) else { return }
            services[key] = nil
            note(key)
        case 3:
            let place = Int.random(in: 0..<operators.count, using: &random)
            operators[place] = started()
        default: act(Int.random(in: 0..<operators.count, using: &random))
        }
    }

    /// Ends all that is under way, and lets one operator alone finish.
    mutating func settle() {
        operators = [started()]
        for _ in 0..<400 { act(0, isReliable: true) }
    }

    private mutating func note(_ key: ObjectKey) {
        for place in operators.indices { operators[place].unseen.insert(key) }
    }

    /// Lets an operator see something, or carry out one order.
    private mutating func act(_ place: Int, isReliable: Bool = false) {
        guard let order = operators[place].orders.popFirst() else {
            operators[place].desk.elapsed += .seconds(6)
            return look(place, isReliable: isReliable)
        }
        if !isReliable, chance(5) {
            operators[place].orders = []
            return hand(.interrupted, to: place)
        }
        switch order {
        case .verify(let claims):
            hand(.verified(claims.map { VerifiedClaim($0, services[$0.service]) }), to: place)
        case .claim(let changed):
            hand(.claimed(changed.map { write($0) }), to: place)
        case .write(let writes):
            for write in writes where isReliable || !chance(10) {
                hand(.answered(write.service.key, self.write(write)), to: place)
            }
            hand(.written, to: place)
        case .record, .wake, .report, .writePools: break
        }
    }

    private mutating func hand(_ event: AddressEvent, to place: Int) {
        operators[place].orders += operators[place].desk.handle(event)
    }

    /// Brings an operator some of what changed, in any order.
    private mutating func look(_ place: Int, isReliable: Bool) {
        var changed: Set<ObjectKey> = []
        var removed: Set<ObjectKey> = []
        for key in operators[place].unseen.sorted() where isReliable || chance(50) {
            operators[place].unseen.remove(key)
            operators[place].desk.services[key] = services[key]
            if services[key] == nil { removed.insert(key) } else { changed.insert(key) }
        }
        let desk = operators[place].desk
        let changes = AddressChanges(services: desk.services, changed: changed, removed: removed, pools: desk.pools)
        hand(.changed(changes), to: place)
    }

    private mutating func write(_ page: ClaimPage) -> ClaimAnswer {
        guard pages[page.network]?.version == page.version else {
            return ClaimAnswer(page.network, pages[page.network], isOwn: false)
        }
        var written = page
        written.version = newVersion()
        pages[page.network] = page.claims.isEmpty ? nil : written
        return ClaimAnswer(page.network, pages[page.network], isOwn: true)
    }

    private mutating func write(_ write: ServiceStatusWrite) -> ServiceAnswer {
        let key = write.service.key
        guard var service = services[key],
            service.metadata.resourceVersion == write.service.metadata.resourceVersion
        else { return .overtaken }
        if let loadBalancer = write.status.loadBalancer {
            service.status = Service.Status(loadBalancer: loadBalancer, conditions: service.status?.conditions)
        }
        if !write.isPatch { service.status?.conditions = write.status.conditions }
        service.metadata.resourceVersion = newVersion()
        services[key] = service
        note(key)
        return .written(service.metadata)
    }
}
