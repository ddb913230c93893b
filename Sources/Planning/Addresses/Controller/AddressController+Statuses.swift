import BGPTypes
import KubeModel
import PlainText

extension AddressController {
    /// What is to be written of Services, except what brings an address that is not claimed yet.
    ///
    /// No two are about one Service, and none brings what another takes away: that would not be claimed.
    mutating func statusWrites(at now: Moment) -> [ServiceStatusWrite] {
        statuses.unwritten.formUnion(statuses.refused.due(at: now.elapsed))
        var writes: [ServiceStatusWrite] = []
        for key in statuses.unwritten.sorted() {
            guard let service = service(key), let status = status(of: service, now: now.time) else {
                statuses.losses[key] = nil
                complete(key)
                continue
            }
            guard isClaimed(status, for: service) else { continue }
            let write = ServiceStatusWrite(service, status)
            statuses.started[key] = status
            statuses.writes.start(write.result, over: service)
            writes.append(write)
        }
        return writes
    }

    /// Takes what the server made of a Service's status.
    mutating func take(_ answer: ServiceAnswer, of key: ObjectKey, at now: Moment) -> [AddressEffect] {
        let status = statuses.started.removeValue(forKey: key)
        switch answer {
        case .written(let metadata):
            guard let status, let (present, written) = statuses.writes.answer(metadata, at: key) else { return [] }
            let losses = statuses.losses[key] ?? []
            let events = ConditionEvents.events(from: present.status, to: status, losses, on: present)
            complete(key)
            statuses.losses[key] = nil
            allocator.show(key)
            // What it has no longer is to be taken back.
            if claims.ledger.addresses(of: key) != Set(written.addresses) { claims.pending.insert(key) }
            // The condition follows, if there is to be one.
            if status.conditions == nil { statuses.unwritten.insert(key) }
            hasWritten = true
            return events.map(AddressEffect.record)
        case .overtaken:
            statuses.writes.answer(nil, at: key)
            complete(key)
            return []
        case .refused(let words):
            statuses.writes.answer(nil, at: key)
            statuses.unwritten.remove(key)
            statuses.refused.note(key, at: now.elapsed)
            // Nothing else can show on the Service.
            return service(key).map { [.record(ConditionEvents.refusedStatus(of: $0, words))] } ?? []
        }
    }

    /// Takes note that a Service's status is as decided, as far as is known.
    private mutating func complete(_ key: ObjectKey) {
        statuses.unwritten.remove(key)
        statuses.refused.forget(key)
    }

    /// What is to be written to the status of a Service; nil when it is right as it is.
    ///
    /// Of what is there only what the ledger says we gave is taken away, and where that leaves what another gave the list is
    /// written alone, without a condition (`ServiceStatusWrite.isPatch`). A status without addresses leaves them as they are.
    private func status(of service: AddressedService, now: Timestamp) -> Service.Status? {
        let present = service.status ?? Service.Status()
        let entries = present.loadBalancer?.ingress ?? []
        let previous = present.conditions?.of(.addressRequestSatisfied)
        let allocation = allocator.allocations[service.key]
        let given = claims.ledger.addresses(of: service.key)
        let others = entries.filter { entry in
            !(entry.ip.flatMap { IPAddress($0) }.map(given.contains) ?? false)
        }
        let addresses = (allocation?.addresses ?? []).map(\.description)
        if addresses.isEmpty, others.count < entries.count, !others.isEmpty {
            return Service.Status(loadBalancer: .init(ingress: others))
        }
        let isTold = allocation?.isToBeTold(present, hasPools: pools.hasPools) ?? false
        guard let allocation, isTold else {
            // To leave them out would not take them away where another writer once set the same.
            if others.count < entries.count { return Service.Status(loadBalancer: .init(ingress: [])) }
            // Whoever is responsible now may have set its own already.
            return previous != nil ? Service.Status() : nil
        }
        let condition = allocation.condition(observedGeneration: service.metadata.generation)
        let isOurs = !addresses.isEmpty || others.count < entries.count
        let isSame =
            (!isOurs || entries.map(\.ip) == addresses) && previous?.status == condition.status
            && previous?.reason == condition.reason && previous?.message == condition.message
            && previous?.observedGeneration == condition.observedGeneration
        guard !isSame else { return nil }
        return Service.Status(
            loadBalancer: isOurs ? .init(ingress: addresses.map { Service.Ingress(ip: $0, ipMode: "VIP") }) : nil,
            conditions: [condition].settled(after: present.conditions ?? [], now: now)
        )
    }

    /// Whether every address that a status would bring is claimed for this very version of the Service.
    private func isClaimed(_ status: Service.Status, for service: AddressedService) -> Bool {
        let present = service.addresses
        return status.addresses.allSatisfy { address in
            present.contains(address)
                || claims.ledger.claim(on: address, by: service.key)?.basis == service.metadata.resourceVersion
        }
    }
}
