import BGPEngine
import NIOCore
import Synchronization

/// Where all drivers of a speaker get what they send, so that peers in step share its octets.
///
/// What nobody needs any more is forgotten after a second or two: time enough for routers that connect one after the
/// other to get the table that was encoded for the first.
final class UpdateCacheShare: Sendable {
    private struct State {
        var cache = UpdateCache()
        var isForgetting = false
    }

    private let state = Mutex(State())
    private let eventLoop: any EventLoop

    init(eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    /// The next messages that a peer is owed, at most ``ConnectionLimits/batch`` octets; `nil` when all is said.
    func nextBatch(of adjacency: inout AdjacencyOut) -> ByteBuffer? {
        let (batch, mustForget) = state.withLock { state in
            let batch = adjacency.nextBatch(limit: ConnectionLimits.batch, sharing: &state.cache)
            let mustForget = !state.isForgetting && !state.cache.isEmpty
            if mustForget { state.isForgetting = true }
            return (batch, mustForget)
        }
        if mustForget { forgetLater() }
        return batch
    }

    /// Has a peer named these next hops from now on.
    func use(_ nextHops: NextHopSet, in adjacency: inout AdjacencyOut) {
        let mustForget = state.withLock { state in
            adjacency.use(nextHops, sharing: &state.cache)
            let mustForget = !state.isForgetting && !state.cache.isEmpty
            if mustForget { state.isForgetting = true }
            return mustForget
        }
        if mustForget { forgetLater() }
    }

    private func forgetLater() {
        eventLoop.scheduleTask(in: .seconds(1)) {
            let mustForget = self.state.withLock { state in
                state.cache.forgetUnused()
                state.isForgetting = !state.cache.isEmpty
                return state.isForgetting
            }
            if mustForget { self.forgetLater() }
        }
    }
}
