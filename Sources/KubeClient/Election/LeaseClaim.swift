import KubeModel
import PlainText

/// Decides whose a Lease is, by what this process has seen of it and for how long.
///
/// Clocks of different machines are never compared: a holder is gone when its record has not changed for a lease
/// duration of our own time (as client-go's leader election).
struct LeaseClaim: Sendable {
    /// What to do about a lease that was read.
    enum Verdict: Hashable, Sendable {
        /// Nobody holds it, its holder is gone, or it is ours: write this spec.
        case write(Lease.Spec)
        /// Someone else holds it.
        case heldBy(String)
    }

    private let identity: String
    private let duration: Duration
    private var observed: (spec: Lease.Spec, at: Duration)?

    init(identity: String, duration: Duration) {
        self.identity = identity
        self.duration = duration
    }

    /// Looks at a lease's spec at a moment of our own time; `wall` goes into the record.
    mutating func judge(_ spec: Lease.Spec?, at now: Duration, wall: Timestamp) -> Verdict {
        let spec = spec ?? Lease.Spec()
        let holder = spec.holderIdentity ?? ""
        if observed?.spec != spec { observed = (spec, now) }
        guard holder == identity || holder.isEmpty else {
            let term = spec.leaseDurationSeconds.map { Duration.seconds(Int64($0)) } ?? duration
            if let observed, now - observed.at < term { return .heldBy(holder) }
            return .write(taken(after: spec, wall: wall))
        }
        guard holder == identity else { return .write(taken(after: spec, wall: wall)) }
        var renewed = spec
        renewed.renewTime = MicroTimestamp(wall)
        renewed.leaseDurationSeconds = seconds
        return .write(renewed)
    }

    private func taken(after spec: Lease.Spec, wall: Timestamp) -> Lease.Spec {
        Lease.Spec(
            holderIdentity: identity,
            leaseDurationSeconds: seconds,
            acquireTime: MicroTimestamp(wall),
            renewTime: MicroTimestamp(wall),
            leaseTransitions: (spec.leaseTransitions ?? 0) &+ (spec.holderIdentity == nil ? 0 : 1)
        )
    }

    private var seconds: Int32 { Int32(clamping: duration.components.seconds) }
}
