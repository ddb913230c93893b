import Signals
import Synchronization

/// Places to look at, noted by whoever hears of a change and taken by the one who looks.
///
/// What is noted while the reader is busy is one thing to do, so changes that come together are read together and a lone one
/// waits for nothing.
final class DirectoryNotes: Sendable {
    private let places = Mutex(DirectoryPlaces())
    /// Hears whenever something is noted.
    let signal = ChangeSignal()

    /// Notes places, and wakes the reader.
    func note(_ more: DirectoryPlaces) {
        places.withLock { $0.formUnion(more) }
        signal.notify()
    }

    /// Takes what is noted; nil when nothing is.
    func take() -> DirectoryPlaces? {
        places.withLock { places in
            defer { places = DirectoryPlaces() }
            return places.isEmpty ? nil : places
        }
    }
}
