import BGPTransport
import KubeClient
import KubeModel
import ServiceLifecycle
import Signals

/// Records an event on the BGPNodeConfig when a session comes up or goes down.
struct SessionEvents: ServiceLifecycle.Service {
    let stores: SpeakerStores
    let speaker: BGPServer
    let recorder: EventRecorder

    func run() async throws {
        try await untilShutdown {
            var transitions = SessionTransitions()
            for await _ in speaker.signal.changes() {
                let subject = stores.eventSubject
                transitions.events(speaker.snapshot(), on: subject).forEach(recorder.record)
            }
        }
    }
}
