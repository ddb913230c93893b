import BGPResources
import KubeModel
import LogKeys
import Logging
import PlainText
import Planning

extension Logger {
    /// Says at the level debug what a controller was given and what it ordered; where it ordered nothing, at the level trace.
    func decided(_ event: @autoclosure () -> String, _ actions: @autoclosure () -> [String]) {
        guard logLevel <= .debug else { return }
        let actions = actions()
        log(
            level: actions.isEmpty ? .trace : .debug,
            "decided",
            metadata: [.event: "\(event())", .actions: "\(actions.joined(separator: ", "))"]
        )
    }
}

/// How many objects of one action are named.
private let mostNamed = 5

extension AddressEvent {
    /// What happened, in a few words.
    var words: String {
        switch self {
        case .ledgerRead(let pages): "ledger read: \(pages.count) pages"
        case .changed(let changes):
            "changed: \(changes.changedServices.count) services, removed: \(changes.removedServices.count)"
        case .verified(let claims): "verified: \(claims.count) claims"
        case .claimed(let answers):
            "claimed: \(answers.count) pages, of which others were faster with \(answers.filter { !$0.isOwn }.count)"
        case .answered(let key, .written): "written: \(key)"
        case .answered(let key, .overtaken): "overtaken: \(key)"
        case .answered(let key, .refused): "refused: \(key)"
        case .written: "all written"
        case .poolWritten(let key, _): "pool written: \(key)"
        case .interrupted: "interrupted"
        }
    }
}

extension AddressEffect {
    /// What is to be done, in a few words; nil for what follows every event.
    var words: String? {
        switch self {
        case .verify(let claims): "verify \(claims.map { "\($0.service)" }.asSentence(most: mostNamed))"
        case .claim(let pages): "claim \(pages.map { "\($0.network)" }.asSentence(most: mostNamed))"
        case .write(let writes): "write \(writes.map(\.words).asSentence(most: mostNamed))"
        case .writePools(let pools): "write pools \(pools.map(\.metadata.name).asSentence(most: mostNamed))"
        case .report: nil
        case .record(let event): "record \(event.reason)"
        case .wake(let after): "wake after \(after)"
        }
    }
}

extension ServiceStatusWrite {
    fileprivate var words: String {
        let addresses = (status.loadBalancer?.ingress ?? []).compactMap(\.ip)
        let reason = status.conditions?.first?.reason?.rawValue ?? "no condition"
        return "\(service.key) \(([reason] + addresses).joined(separator: " "))"
    }
}

extension ClusterEffect {
    /// What is to be done, in a few words; nil for what follows every event.
    var words: String? {
        switch self {
        case .show: nil
        case .hold(let nodes): "hold \(nodes.asSentence(most: mostNamed))"
        case .apply(let writes): "apply \(writes.map(\.nodeConfig.metadata.name).asSentence(most: mostNamed))"
        case .remove(let surplus): "remove \(surplus.map(\.metadata.name).asSentence(most: mostNamed))"
        case .write(let writes): "write \(writes.map { "\($0.reference)" }.asSentence(most: mostNamed))"
        case .record(let event): "record \(event.reason)"
        case .wake(let after): "wake after \(after)"
        }
    }
}
