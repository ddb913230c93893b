import BGPEngine
import Synchronization

/// Where drivers publish their snapshots and readers find them, without waiting for each other.
final class SpeakerBoard: Sendable {
    private struct State {
        var snapshots: [PeerID: PeerSnapshot] = [:]
        var instances: [String: InstanceSnapshot] = [:]
        var listeners: [UInt64: AsyncStream<Void>.Continuation] = [:]
        var nextListener: UInt64 = 0
    }

    private let state = Mutex(State())

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

    private func update(_ change: (inout State) -> Bool) {
        let listeners = state.withLock { state in
            change(&state) ? Array(state.listeners.values) : []
        }
        for listener in listeners { listener.yield() }
    }

    /// A tick after every change; changes that come while the reader is busy make one tick.
    ///
    /// The first tick comes at once, so that a reader need not look beforehand.
    func changes() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let number = state.withLock { state in
            state.nextListener += 1
            state.listeners[state.nextListener] = continuation
            return state.nextListener
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { $0.listeners[number] = nil }
        }
        continuation.yield()
        return stream
    }
}
