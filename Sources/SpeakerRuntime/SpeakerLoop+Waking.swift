import BGPEngine
import BGPTypes
import KubeClient
import LogKeys
import Logging
import PlainText
import Planning
import Signals

/// What is put off: routes to prefixes that flap, and the look for what a tenant brings too much.
extension SpeakerLoop {
    /// Does what was put off until now: announces what has waited and is still wanted.
    func wake() {
        let now = stopwatch()
        alarms.removeAll { $0 <= now }
        settleNetwork()
        release(at: now)
        let before = (excesses, withheld)
        lookForExcesses()
        if before != (excesses, withheld) { stores.set.signal.notify() }
        reportUnannounced()
        reportFlaps()
        setAlarm()
    }

    private func release(at now: Duration) {
        let change = routes.release(at: now)
        guard !change.isEmpty else { return }
        announce()
        note(change)
    }

    /// Says which prefixes began to flap, and how many wait.
    func reportFlaps() {
        metrics.paused(routes.waitingCount)
        guard let text = flapReport.text(of: routes.takeBeginners(), at: stopwatch()) else { return }
        logger.warning(
            "prefixes come and go; they are withdrawn at once and announced again after a growing pause",
            metadata: [.prefixes: "\(text)"]
        )
    }

    /// Finds what is held back because a tenant brings too much: a look at all that is, so at most one a second.
    func lookForExcesses() {
        guard let version = advertiser?.boundVersion, version != lookedForExcesses?.version else { return }
        let now = stopwatch()
        guard now >= lookedForExcesses?.next ?? .zero else { return }
        lookedForExcesses = (version, now + .seconds(1))
        lookForWithheld()
        let found = advertiser?.boundExcesses ?? []
        let known = Set(excesses.map(\.tenant))
        excesses = found
        metrics.held(found)
        let new = found.filter { !known.contains($0.tenant) }
        guard !new.isEmpty else { return }
        newExcess.yield(new)
        logger.warning(
            "a tenant brings more routes than a peer is told",
            metadata: [.reasonMessage: "\(new.map(\.message).asFindings())"]
        )
    }

    /// Finds the addresses of Services that are not announced because of whose they are.
    private func lookForWithheld() {
        let known = Set(withheld)
        withheld = advertiser?.withheldAddresses() ?? []
        let new = withheld.filter { !known.contains($0) }
        guard !new.isEmpty else { return }
        logger.warning(
            "addresses of Services are announced by no node",
            metadata: [.reasonMessage: "\(new.map(\.message).asFindings())"]
        )
    }

    /// Asks to be woken when the first of what waits is due.
    func setAlarm() {
        var next = routes.nextRelease
        if let looked = lookedForExcesses, looked.version != advertiser?.boundVersion {
            next = min(next ?? looked.next, looked.next)
        }
        if let told = reportedUnannounced, told.version != advertiser?.unannouncedVersion {
            next = min(next ?? told.next, told.next)
        }
        guard let next, !alarms.contains(where: { $0 <= next }) else { return }
        alarms.append(next)
        wait.yield(max(.zero, next - stopwatch()))
    }
}
