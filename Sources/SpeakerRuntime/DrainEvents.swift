import BGPResources
import KubeClient
import KubeModel
import Planning
import ServiceLifecycle
import Signals

/// Records an event on the BGPNodeConfig when the Node's annotations ask for a drain in words that nobody understands.
struct DrainEvents: ServiceLifecycle.Service {
    let stores: SpeakerStores
    let recorder: EventRecorder

    func run() async throws {
        try await untilShutdown {
            var told: FieldError?
            for await _ in stores.settings.changes() where stores.set.isReady {
                let fault = DrainRequest.fault(in: stores.ownNode)
                defer { told = fault }
                guard let fault, fault != told else { continue }
                recorder.record(
                    EventDraft(
                        level: .warning,
                        reason: DrainCondition.Reason.invalidAnnotation.rawValue,
                        action: "Drain",
                        regarding: stores.eventSubject,
                        note: fault.description
                    )
                )
            }
        }
    }
}

extension SpeakerStores {
    /// The node's BGPNodeConfig as events name it.
    var eventSubject: Event.Subject {
        Event.Subject(
            apiVersion: BGPNodeConfig.type.apiVersion,
            kind: BGPNodeConfig.type.kind,
            namespace: nil,
            name: nodeName,
            uid: nodeConfigs.snapshot[ObjectKey(name: nodeName)]?.metadata.uid
        )
    }
}
