import BGPResources
import BGPTransport
import KubeClient
import KubeModel
import Planning
import ServiceLifecycle
import Signals

/// Records an event on the BGPNodeConfig when a session comes up or goes down.
struct SessionEventRecorder: ServiceLifecycle.Service {
    let node: String
    let stores: SpeakerStores
    let speaker: BGPServer
    let recorder: EventRecorder

    func run() async throws {
        try await untilShutdown {
            var sessions = SessionEvents()
            for await _ in speaker.signal.changes() {
                let subject = BGPNodeConfig.eventSubject(node, uid: stores.nodeConfig?.metadata.uid)
                sessions.events(speaker.snapshot(), on: subject).forEach(recorder.record)
            }
        }
    }
}
