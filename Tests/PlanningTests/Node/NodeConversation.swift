import BGPEngine
import BGPResources
import BGPTypes
import Fixtures
import KubeModel
import PlainText
import Planning
import TestSupport

/// A node, its stores, its file and its peers, to which anything happens in any order that a seed chooses.
///
/// The world changes first and is delivered later, kind by kind. After every event what the node has announced and kept is held
/// against what follows from scratch from what was delivered; `complaints` has what does not go together.
struct NodeConversation {
    private var random: SeededGenerator
    /// The cluster as it is, and as far as this run of the speaker was given it.
    private var cluster = ClusterFixture()
    private var delivered = ClusterFixture()
    private var annotation: String?
    private var deliveredAnnotation: String?
    private var touched: Set<ObjectKey> = []
    private(set) var speaker: Run
    /// What the file has, and what the speaker said last in its status.
    private var file: SavedState?
    private var conditions: [Condition] = []
    private(set) var complaints: [String] = []
    /// How often something was announced, and what else came to pass.
    private(set) var counts: [String: Int] = [:]

    /// One run of the speaker.
    struct Run {
        var node: NodeController
        var now: Duration = .zero
        var timers: [NodeTimer: Duration] = [:]
        var isLoaded = false
        var follows = false
        /// A look that was not answered yet, with the prefixes that the node would announce.
        var look: (number: Int, own: Set<IPPrefix>)?
        var announced: Announcement?
        /// Whether an earlier run had withdrawn routes when this run was given its first drain.
        var resumes = false
        var isFirstRequest = true
        /// What may be announced during the drain; nil for what carries GRACEFUL_SHUTDOWN.
        var kept: Set<IPPrefix>?
        var isOnSavedState = false
    }

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        cluster.services = (0..<4).map { service("s\($0)", loadBalancer: ["192.0.2.\($0)"]) }
        cluster.slices = (0..<4).map { slice(of: "s\($0)", [.ready("n1")]) }
        speaker = Self.start()
    }

    private static func start() -> Run {
        var options = NodeOptions(node: "n1")
        options.keepsState = true
        options.bounds = .none
        options.datapathProbe = .url("http://127.0.0.1:1/")
        return Run(node: NodeController(options, network: HostNetwork()))
    }

    /// Starts the first run.
    mutating func begin() { send(.started) }

    /// Lets something happen.
    mutating func step() {
        switch random.below(20) {
        case 0...4: change()
        case 5...9: deliver()
        case 10: deliverHalf()
        case 11...12: advance(by: .milliseconds(random.below(3000)))
        case 13: advance(by: .seconds(random.below(15)))
        case 14: if speaker.follows { send(.othersChanged) }
        case 15: answer()
        case 16: send(.dataPathAnswered(problem: random.below(3) == 0 ? "refused" : nil))
        case 17: report()
        case 18: if random.below(3) == 0 { restart() }
        default:
            if random.below(3) == 0 { finishDrain() } else { send(.networkChanged(HostNetwork())) }
        }
    }

    /// Ends the drain, delivers everything and waits until nothing moves any more.
    mutating func settle() {
        annotation = nil
        send(.dataPathAnswered(problem: nil))
        deliverAll()
        advance(by: .seconds(200))
        let expected = tables(NodeGates(dataPath: speaker.node.gates.dataPath, bounds: .none))
        check(speaker.announced?.tables == expected, "what is announced in the end is not what is desired")
    }

    // What happens.

    private mutating func change() {
        let number = random.below(4)
        let key = ObjectKey(namespace: "default", name: "s\(number)")
        switch random.below(8) {
        case 0...2:
            let endpoint: TestEndpoint = random.below(2) == 0 ? .ready("n1") : .gone("n1")
            cluster.slices.removeAll { $0.metadata.labels?[EndpointSlice.serviceNameLabel] == key.name }
            cluster.slices.append(slice(of: key.name, [endpoint]))
            touched.insert(key)
        case 3:
            if cluster.services.contains(where: { $0.key == key }) {
                cluster.services.removeAll { $0.key == key }
            } else {
                cluster.services.append(service(key.name, loadBalancer: ["192.0.2.\(number)"]))
            }
            touched.insert(key)
        case 4: cluster.advertisements = cluster.advertisements.isEmpty ? [advertisement([serviceEntry()])] : []
        case 5: cluster.clusterConfigs = cluster.clusterConfigs.isEmpty ? [clusterConfig()] : []
        case 6: annotation = random.below(3) == 0 ? nil : random.below(4) == 0 ? "force" : "true"
        default:
            // A node takes an address, or gives it back.
            cluster.nodes =
                cluster.nodes.count > 1 ? [node("n1")] : [node("n1"), node("n2", ips: ["192.0.2.\(number)"])]
        }
    }

    private mutating func deliver() {
        guard speaker.isLoaded else {
            if random.below(4) == 0 { deliverAll() }
            return
        }
        var changes = ObjectChanges()
        switch random.below(3) {
        case 0: fillSettings(&changes)
        case 1: fillAdvertisements(&changes)
        default: fillServices(&changes)
        }
        send(.objectsChanged(changes))
    }

    private mutating func deliverAll() {
        var changes = ObjectChanges()
        fillSettings(&changes)
        fillAdvertisements(&changes)
        fillServices(&changes)
        speaker.isLoaded = true
        send(.objectsChanged(changes))
    }

    /// All stores but one have their lists, which must lead to nothing.
    private mutating func deliverHalf() {
        guard !speaker.isLoaded else { return }
        let (before, annotationBefore) = (delivered, deliveredAnnotation)
        var changes = ObjectChanges()
        changes.missing = ["endpointslices"]
        fillSettings(&changes)
        fillAdvertisements(&changes)
        send(.objectsChanged(changes))
        (delivered, deliveredAnnotation) = (before, annotationBefore)
    }

    private mutating func fillSettings(_ changes: inout ObjectChanges) {
        delivered.clusterConfigs = cluster.clusterConfigs
        delivered.nodes = cluster.nodes
        deliveredAnnotation = annotation
        var inputs = NodeInputs()
        inputs.node = node("n1")
        inputs.node?.metadata.annotations = annotation.map { [DrainRequest.annotation: $0] }
        inputs.nodeConfig = cluster.rendered.nodeConfig("n1")
        inputs.nodeConfig?.status = BGPNodeConfig.Status(conditions: conditions)
        inputs.peerConfigs = cluster.peerConfigs
        changes.settings = inputs
        var owners = OwnerChanges()
        owners.nodes = ChangedObjects(all: cluster.nodes, changed: [ObjectKey(name: "n1"), ObjectKey(name: "n2")])
        owners.clusterConfigs = ChangedObjects(all: cluster.clusterConfigs, changed: [ObjectKey(name: "site")])
        changes.owners = owners
    }

    private mutating func fillAdvertisements(_ changes: inout ObjectChanges) {
        delivered.advertisements = cluster.advertisements
        changes.advertisements = ChangedObjects(all: cluster.advertisements, changed: [ObjectKey(name: "public")])
    }

    private mutating func fillServices(_ changes: inout ObjectChanges) {
        let isFirst = !speaker.isLoaded
        delivered.services = cluster.services
        delivered.slices = cluster.slices
        let keys = isFirst ? Set((0..<4).map { ObjectKey(namespace: "default", name: "s\($0)") }) : touched
        touched = []
        changes.services = ChangedObjects(
            all: cluster.services.map(AnnouncedService.init),
            changed: keys,
            isResync: isFirst
        )
        changes.endpointSlices = ChangedObjects(
            all: cluster.slices.map(ServiceEndpoints.init),
            changed: Set(keys.map { ObjectKey(namespace: "default", name: "\($0.name)-IPv4") }),
            isResync: isFirst
        )
    }

    private mutating func advance(by duration: Duration) {
        let end = speaker.now + duration
        while let (timer, due) = speaker.timers.filter({ $0.value <= end }).min(by: { $0.value < $1.value }) {
            speaker.timers[timer] = nil
            speaker.now = max(speaker.now, due)
            send(.timerFired(timer))
        }
        speaker.now = end
    }

    private mutating func answer() {
        guard let look = speaker.look else { return }
        speaker.look = nil
        let kept = look.own.filter { _ in random.below(2) == 0 }
        if deliveredAnnotation == "true" { speaker.kept = kept }
        send(.lastAnnounced(kept, look: look.number))
    }

    /// The status is written, sooner or later.
    private mutating func report() {
        guard speaker.isLoaded, !speaker.resumes || speaker.kept != nil else { return }
        conditions = [DrainCondition.found(speaker.node.gates.drain, fault: nil)]
    }

    /// The node is drained to the end and says so, and the speaker starts again.
    private mutating func finishDrain() {
        guard speaker.isLoaded else { return }
        annotation = "true"
        var changes = ObjectChanges()
        fillSettings(&changes)
        send(.objectsChanged(changes))
        advance(by: .seconds(10))
        if speaker.follows { send(.othersChanged) }
        answer()
        report()
        restart()
    }

    private mutating func restart() {
        count("restarts")
        speaker = Self.start()
        send(.started)
        guard random.below(2) == 0 else { return }
        // The API server is away for a while.
        send(.dataPathAnswered(problem: nil))
        advance(by: .seconds(3))
    }

    // What the node does, and whether it may.

    private mutating func send(_ event: NodeEvent) {
        var events = [event]
        while !events.isEmpty {
            let event = events.removeFirst()
            note(event)
            let moment = NodeMoment(
                elapsed: speaker.now,
                time: Timestamp(secondsSinceEpoch: noon.secondsSinceEpoch + speaker.now / .seconds(1))
            )
            for effect in speaker.node.handle(event, at: moment) {
                switch effect {
                case .arm(let timer, let duration): speaker.timers[timer] = speaker.now + duration
                case .loadSavedState: events.append(.savedState(file))
                case .listServices: events.append(.servicesListed(delivered.services.map(AnnouncedService.init)))
                case .followOthers: speaker.follows = true
                case .leaveOthers: (speaker.follows, speaker.look) = (false, nil)
                case .findLastAnnounced(let own, let number): look(own, number)
                case .announce(let announcement): take(announcement, after: event)
                case .persist(let state): take(state)
                case .show(let figures): speaker.isOnSavedState = figures.isOnSavedState
                case .apply: check(speaker.isLoaded || file != nil, "sessions follow from half a world")
                case .setAddressRoles, .readSecrets, .findListener, .ask, .record, .report: break
                }
            }
        }
        if speaker.isLoaded, speaker.node.isConfigured, speaker.node.gates.dataPath.isOpen, !speaker.isOnSavedState,
            !speaker.node.isResumingDrain
        {
            check(file?.desired == tables(speaker.node.gates), "the file does not have what is desired")
        }
    }

    /// Follows what a drain allows.
    private mutating func note(_ event: NodeEvent) {
        guard case .objectsChanged(let changes) = event, changes.missing.isEmpty, let inputs = changes.settings else {
            return
        }
        let isDrained = DrainRequest(inputs.node) != nil
        if speaker.isFirstRequest {
            let reported = inputs.nodeConfig?.status?.conditions ?? []
            speaker.resumes = isDrained && DrainCondition.isWithdrawn(reported) && !speaker.node.isConfigured
            speaker.isFirstRequest = false
            if speaker.resumes { count("resumed drains") }
        }
        if !isDrained { (speaker.kept, speaker.resumes) = (nil, false) }
        if deliveredAnnotation == "force", speaker.kept != nil || speaker.resumes { speaker.kept = [] }
    }

    private mutating func look(_ own: NodeConfiguration, _ number: Int) {
        let advertiser = Advertiser(
            own,
            services: delivered.services.map(AnnouncedService.init),
            endpointSlices: delivered.slices.map(ServiceEndpoints.init)
        )
        let prefixes = advertiser.tables.byPeer.values.flatMap { $0.routes(.ipv4).map(\.prefix) }
        speaker.look = (number, Set(prefixes))
    }

    private mutating func take(_ announcement: Announcement, after event: NodeEvent) {
        count("announcements")
        speaker.announced = announcement
        guard speaker.isLoaded, !isStandIn(announcement, event) else {
            check(announcement.tables == file?.desired, "something else than the saved state is announced unloaded")
            return count("stand-ins")
        }
        let expected = tables(speaker.node.gates)
        for (peer, table) in announcement.tables {
            for route in table.routes(.ipv4) {
                let isWanted = expected[peer]?.attributes(of: route.prefix) == route.attributes
                check(isWanted, "\(route.prefix) is announced and not wanted")
            }
        }
        guard DrainRequest(annotated) != nil else { return }
        count("announcements during drains")
        let routes = announcement.tables.values.flatMap { $0.routes(.ipv4) }
        check(
            routes.allSatisfy { $0.attributes.communities.contains(.gracefulShutdown) },
            "a drained node announces as if it were in service"
        )
        if let kept = speaker.kept {
            check(routes.allSatisfy { kept.contains($0.prefix) }, "what was withdrawn is announced during the drain")
        } else if speaker.resumes {
            check(speaker.now >= .seconds(5), "what an earlier run had withdrawn is announced once more")
        }
    }

    /// Whether an announcement is that of the saved state, before what was loaded is decided.
    private func isStandIn(_ announcement: Announcement, _ event: NodeEvent) -> Bool {
        speaker.isOnSavedState && announcement.tables == file?.desired
    }

    private mutating func take(_ state: SavedState) {
        count("states")
        check(speaker.isLoaded, "half a world is kept for the next run")
        check(speaker.node.gates.dataPath.isOpen, "a state behind a closed gate is kept")
        file = state
    }

    private var annotated: Node {
        var annotated = node("n1")
        annotated.metadata.annotations = deliveredAnnotation.map { [DrainRequest.annotation: $0] }
        return annotated
    }

    /// What follows from scratch from what was delivered.
    private func tables(_ gates: NodeGates) -> [PeerID: RouteTable] {
        var configuration = delivered.configuration("n1")
        configuration.gates = gates
        return Advertiser(
            configuration,
            services: delivered.services.map(AnnouncedService.init),
            endpointSlices: delivered.slices.map(ServiceEndpoints.init)
        )
        .tables.byPeer
    }

    private mutating func count(_ what: String) { counts[what, default: 0] += 1 }

    private mutating func check(_ isRight: Bool, _ complaint: String) {
        if !isRight, complaints.count < 5 { complaints.append("\(complaint) at \(speaker.now)") }
    }
}
