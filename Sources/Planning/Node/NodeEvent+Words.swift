import BGPEngine
import BGPTypes
import KubeModel
import PlainText

/// One line each, for the log: what there is much of is counted.
extension NodeEvent: CustomStringConvertible {
    package var description: String {
        switch self {
        case .started: "started"
        case .objectsChanged(let changes): "objects changed: \(changes)"
        case .servicesListed(let services): "\(services.count) Services listed"
        case .networkChanged(let host):
            "network changed: \(host.devices.addresses.count) addresses, default gateways \(host.defaultGateways)"
        case .listenerFound(let place): "listener found: \(place.map { "\($0.program.name) at \($0.host)" } ?? "none")"
        case .dataPathAnswered(let problem): "data path answered: \(problem ?? "yes")"
        case .othersChanged: "other nodes changed"
        case .lastAnnounced(let prefixes, let look): "look \(look): last to announce \(prefixes.inWords)"
        case .savedState(let state): "saved state: \(state.map { "\($0.routeCount) routes" } ?? "none")"
        case .timerFired(let timer): "timer fired: \(timer)"
        }
    }
}

extension ObjectChanges: CustomStringConvertible {
    package var description: String {
        guard missing.isEmpty else { return "waits for \(missing.joined(separator: ", "))" }
        let parts = [
            settings == nil ? nil : "settings", unseen == nil ? nil : "refused objects",
            owners == nil ? nil : "owners of addresses", Self.words(advertisements, "Advertisements"),
            Self.words(services, "Services"), Self.words(endpointSlices, "EndpointSlices"),
        ]
        return parts.compactMap(\.self).joined(separator: ", ")
    }

    private static func words<Object>(_ changed: ChangedObjects<Object>, _ kind: String) -> String? {
        switch changed.keys.count {
        case 0: changed.isResync ? "all \(kind)" : nil
        case 1...3: "\(kind) \(changed.keys.sorted().map(\.description).joined(separator: " "))"
        case let count: "\(count) \(kind)"
        }
    }
}

extension NodeEffect: CustomStringConvertible {
    package var description: String {
        switch self {
        case .apply(let instances, let farewell):
            "apply \(instances.map { "\($0.name) with \($0.peers.count) peers" }.joined(separator: ", "))"
                + (farewell.map { "; \($0)" } ?? "")
        case .announce(let announcement): "announce \(announcement)"
        case .setAddressRoles(let roles):
            "set address roles: internal \(roles.internalIPs), of Services \(roles.virtual.sorted())"
        case .arm(let timer, let duration): "arm \(timer): \(duration)"
        case .readSecrets(let names): "read Secrets \(names.sorted())"
        case .listServices: "list Services"
        case .findListener(let places): "find a listener of \(places.count) places"
        case .ask(let question): "ask \(question.place)"
        case .followOthers: "follow the other nodes"
        case .leaveOthers: "leave the other nodes"
        case .findLastAnnounced(_, let look): "look \(look): find what no other node announces"
        case .loadSavedState: "load the saved state"
        case .persist(let state): "persist \(state.routeCount) routes"
        case .record(let draft): "record \(draft.reason): \(draft.note)"
        case .report(let report): "report \(report)"
        case .show(let figures): "show \(figures)"
        }
    }
}

extension Announcement: CustomStringConvertible {
    package var description: String {
        let tables = tables.sorted { $0.key < $1.key }.map { "\($0.value.count) routes to \($0.key)" }
        let held = heldBack.isEmpty ? "" : ", limits hold routes of \(heldBack.count) peers back"
        return tables.asSentence(most: 5) + held + (isComplete ? "" : ", not complete")
    }
}

extension Set<IPPrefix> {
    fileprivate var inWords: String {
        count > 5 ? "\(count) prefixes" : sorted().map(\.description).joined(separator: ", ")
    }
}
