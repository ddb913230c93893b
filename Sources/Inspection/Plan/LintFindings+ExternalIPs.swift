import BGPResources
import KubeJSON
import KubeModel

extension PlannedCluster {
    /// Entries by which whoever may write a Service has any address announced.
    var boundlessExternalIPs: [Diagnostic] {
        world.advertisements.flatMap { advertisement in
            advertisement.spec.advertisements.enumerated().compactMap { index, entry -> Diagnostic? in
                guard let service = entry.service, service.addresses.contains(.externalIP), service.externalIPs == nil
                else { return nil }
                return Diagnostic(
                    severity: .warning,
                    reason: .unrestrictedExternalIPs,
                    object: advertisement.reference,
                    field: FieldPath("spec.advertisements").index(index).field("service"),
                    message: "lists ExternalIP without externalIPs, so whoever may write a Service has any address "
                        + "announced; list the networks in service.externalIPs"
                )
            }
        }
    }
}
