import Inspection
import KubeModel
import TestSupport
import Testing

extension AgreementCluster {
    /// Makes a change and holds what comes of it against what `plan` said before: routes, addresses, and for every
    /// session whether it stays, is opened once more, comes or goes.
    func hold(_ change: GeneratedCluster.Change, _ what: String) async throws -> PlanDocument {
        let before = try await objects()
        let sessions = established
        let predicted = PlanDocument(try await plan(Self.objects(before, after: change), against: before))
        try await make(change)
        let came = PlanDocument(try await settle(what))
        let after = established
        #expect(came.routes == predicted.routes, "\(what): other routes than predicted")
        #expect(came.addresses == predicted.addresses, "\(what): other addresses than predicted")
        #expect(came.sessions == predicted.sessions, "\(what): other sessions than predicted")
        for (session, effect) in predicted.effects.sorted(by: { $0.key < $1.key }) {
            let (old, new) = (sessions[session], after[session])
            let holds =
                switch effect {
                case "None", "UpdateOnly": old == new
                case "Reset", "Recreate": old != nil && new == old.map { $0 + 1 }
                case "Added": old == nil && (new != nil) == predicted.sessions.contains(session)
                case "Removed": new == nil
                default: false
                }
            let counts = [old, new].map { $0.map(String.init) ?? "not" }.joined(separator: ", then ")
            #expect(holds, "\(what): \(effect) predicted for \(session), established \(counts)")
        }
        return predicted
    }
}
