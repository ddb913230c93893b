import KubeClient
import KubeModel
import Planning
import ServiceLifecycle

/// Records an event on the BGPNodeConfig when routes come to be held back because a tenant brings too much.
///
/// It is one event a tenant and node, and not on the Service, since every node would write one there.
struct BoundEvents: ServiceLifecycle.Service {
    let stores: SpeakerStores
    let loop: SpeakerLoop
    let recorder: EventRecorder

    func run() async throws {
        try await untilShutdown {
            for await excesses in loop.newExcesses {
                let subject = stores.eventSubject
                for excess in excesses {
                    recorder.record(
                        EventDraft(
                            level: .warning,
                            reason: "TooManyRoutes",
                            action: "AnnounceRoutes",
                            regarding: subject,
                            note: excess.message
                        )
                    )
                }
            }
        }
    }
}
