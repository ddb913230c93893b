import BGPEngine
import Signals
import Synchronization

/// Where drivers publish their snapshots and readers find them, without waiting for each other.
final class SpeakerBoard: Sendable {
    private struct State {
        var snapshots: [PeerID: PeerSnapshot] = [:]
        var instances: [String: InstanceSnapshot] = [:]
    }

    private let state = Mutex(State())
    /// Hears of every change.
    let signal = ChangeSignal()

    /// All snapshots, by instance and peer.
    func snapshot() -> [PeerSnapshot] {
        state.withLock { Array($0.snapshots.values) }.sorted { $0.id < $1.id }
    }

    /// The listening sockets of all instances, by name.
    func instances() -> [InstanceSnapshot] {
        state.withLock { Array($0.instances.values) }.sorted { $0.name < $1.name }
    }

    /// Replaces a peer's snapshot, or removes it, and tells the listeners if anything changed.
    func publish(_ snapshot: PeerSnapshot?, for id: PeerID) {
        update { state in
            guard state.snapshots[id] != snapshot else { return false }
            state.snapshots[id] = snapshot
            return true
        }
    }

    /// Replaces an instance's snapshot, or removes it, and tells the listeners if anything changed.
    func publish(_ snapshot: InstanceSnapshot?, for name: String) {
        update { state in
            guard state.instances[name] != snapshot else { return false }
            state.instances[name] = snapshot
            return true
        }
    }

    private func update(_ change: (inout sending State) -> sending Bool) {
        if state.withLock(change) { signal.notify() }
    }
}
