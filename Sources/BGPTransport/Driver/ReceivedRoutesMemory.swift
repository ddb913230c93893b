import BGPEngine
import Synchronization

/// The memory for what all peers tell, as the drivers on one event loop share it.
final class ReceivedRoutesMemory: Sendable {
    private struct State {
        var budget: ReceivedRoutesBudget
        /// Who has the shares, as long as their sessions are up.
        var drivers: [ReceivedRoutesBudget.Share: PeerDriver] = [:]
    }

    private let state: Mutex<State>

    /// What all sessions may take together, in octets.
    let limit: Int

    init(limit: Int) {
        self.limit = limit
        state = Mutex(State(budget: ReceivedRoutesBudget(limit: limit)))
    }

    /// Gives a driver's session a share.
    func enter(_ driver: PeerDriver) -> ReceivedRoutesBudget.Share {
        state.withLock { state in
            let share = state.budget.enter()
            state.drivers[share] = driver
            return share
        }
    }

    /// Takes a session's share back.
    func leave(_ share: ReceivedRoutesBudget.Share) {
        state.withLock { state in
            guard state.drivers.removeValue(forKey: share) != nil else { return }
            state.budget.leave(share)
        }
    }

    /// Notes what a session takes now.
    func set(_ usage: ReceivedRoutesBudget.Usage, for share: ReceivedRoutesBudget.Share) {
        state.withLock { $0.budget.set(usage, for: share) }
    }

    /// By how much a session may grow.
    func room(for share: ReceivedRoutesBudget.Share) -> ReceivedRoutesBudget.Room {
        state.withLock { $0.budget.room(for: share) }
    }

    /// The driver whose session takes most; `nil` when none takes anything.
    var largest: PeerDriver? {
        state.withLock { state in state.budget.largest.flatMap { state.drivers[$0] } }
    }
}
