import BGPResources
import BGPTypes
import Fixtures
import KubeModel
import Planning
import TestSupport
import Testing

struct AddressControllerTests {
    private let web = ObjectKey(namespace: "default", name: "web")
    private let dns = ObjectKey(namespace: "default", name: "dns")

    private func event(_ level: Event.Level, _ reason: ReasonCode, _ name: String, _ note: String) -> AddressEffect {
        .record(
            EventDraft(
                level: level,
                reason: reason,
                action: "AllocateAddress",
                regarding: Event.Subject(apiVersion: "v1", kind: "Service", namespace: "default", name: name, uid: nil),
                note: note
            )
        )
    }

    private func metadata(_ version: String) -> ObjectMeta { ObjectMeta(name: "", resourceVersion: version) }

    private func claimed(_ page: ClaimPage, isOwn: Bool = true) -> AddressEvent {
        .claimed([ClaimAnswer(AddressDesk.page, page, isOwn: isOwn)])
    }

    /// A desk where `web` has got 192.0.2.0 by a write on version 7, which was answered with version 9.
    private func served() -> AddressDesk {
        var desk = AddressDesk()
        desk.start()
        _ = desk.put(addressed("web", version: "7"))
        _ = desk.handle(claimed(claimPage(version: "8", "192.0.2.0 web 7")))
        _ = desk.handle(.answered(web, .written(metadata("9"))))
        _ = desk.handle(.written)
        return desk
    }

    @Test func `an address is claimed, then written, then said`() {
        var desk = AddressDesk()
        desk.start()
        let service = addressed("web", version: "7")
        #expect(desk.put(service) == [.claim([claimPage("192.0.2.0 web 7")])])
        #expect(
            desk.handle(claimed(claimPage(version: "8", "192.0.2.0 web 7")))
                == [.write([ServiceStatusWrite(service, given(["192.0.2.0"]))])]
        )
        #expect(
            desk.handle(.answered(web, .written(metadata("9"))))
                == [event(.normal, "AddressAssigned", "web", "192.0.2.0 from pool a")]
        )
        #expect(desk.handle(.written) == [.wake(after: .zero)], "something was written, so a further round follows")
        #expect(desk.handle(.changed(desk.changes())) == [])
        // What was written comes back by the watch.
        #expect(desk.put(addressed("web", version: "9", given: ["192.0.2.0"])) == [])
    }

    @Test func `pools and metrics are told after every round, and pools only what is new`() {
        var desk = AddressDesk()
        desk.start()
        let effects = desk.handleAll(.changed(desk.changes()))
        guard case .report(let report) = effects.first, case .writePools(let pools) = effects.last, effects.count == 2
        else {
            Issue.record("found \(effects)")
            return
        }
        #expect(report.pools["a"]?.ipv4?.available == "4")
        #expect(pools.map(\.status) == [report.pools["a"]])
        _ = desk.handleAll(.poolWritten(ObjectKey(name: "a"), metadata("3")))
        desk.deletions = [PendingDeletion(pools[0].reference, until: later, isOverdue: false)]
        #expect(desk.handleAll(.changed(desk.changes())).count == 1, "what is deleted is not written")
        desk.deletions = []
        #expect(desk.handleAll(.changed(desk.changes())) == [.report(report)], "it has been told")
    }

    @Test func `nothing is decided before the ledger is read, nor while a pool cannot be read at all`() {
        var desk = AddressDesk()
        desk.hasUnknownPool = true
        #expect(desk.put(addressed("web", version: "7")) == [])
        desk.start()
        #expect(desk.handle(.changed(desk.changes())) == [])
        desk.hasUnknownPool = false
        #expect(desk.handle(.changed(desk.changes())) == [.claim([claimPage("192.0.2.0 web 7")])])
    }

    @Test func `a refused status is said on the Service and tried again by itself, after pauses that grow`() {
        var desk = AddressDesk()
        desk.start()
        let service = addressed("web", version: "7")
        _ = desk.put(service)
        let write = desk.handle(claimed(claimPage(version: "8", "192.0.2.0 web 7")))
        var due: [Duration] = []
        for _ in 0..<3 {
            #expect(
                desk.handle(.answered(web, .refused("too large")))
                    == [
                        event(
                            .warning,
                            "StatusRefused",
                            "web",
                            "the API server refuses this service's status, which is tried again: too large"
                        )
                    ]
            )
            // Of the first round something was written: the claim.
            _ = desk.handle(.written)
            guard case .wake(let pause) = desk.handle(.changed(desk.changes())).first else { break }
            due.append(pause)
            desk.elapsed += pause
            #expect(desk.handle(.changed(desk.changes())) == write)
        }
        #expect(due == [.seconds(2), .seconds(4), .seconds(8)])
        // A new version is tried at once.
        let newer = addressed("web", version: "10")
        _ = desk.handle(.answered(web, .overtaken))
        _ = desk.handle(.written)
        #expect(desk.put(newer) == [.claim([claimPage(version: "8", "192.0.2.0 web 10")])])
    }

    @Test func `a status that is overtaken waits for the newer version, and is decided on that`() {
        var desk = AddressDesk()
        desk.start()
        _ = desk.put(addressed("web", version: "7"))
        _ = desk.handle(claimed(claimPage(version: "8", "192.0.2.0 web 7")))
        #expect(desk.handle(.answered(web, .overtaken)) == [])
        #expect(desk.handle(.written) == [.wake(after: .zero)])
        #expect(desk.handle(.changed(desk.changes())) == [])
        let newer = addressed("web", version: "9")
        #expect(desk.put(newer) == [.claim([claimPage(version: "8", "192.0.2.0 web 9")])])
        #expect(
            desk.handle(claimed(claimPage(version: "10", "192.0.2.0 web 9")))
                == [.write([ServiceStatusWrite(newer, given(["192.0.2.0"]))])]
        )
    }

    @Test func `the slower of two operators that claim one address takes the next`() {
        var desk = AddressDesk()
        desk.start()
        let service = addressed("web", version: "7")
        #expect(desk.put(service) == [.claim([claimPage("192.0.2.0 web 7")])])
        #expect(
            desk.handle(claimed(claimPage(version: "8", "192.0.2.0 dns 6"), isOwn: false)) == [.wake(after: .zero)],
            "the next address is not claimed yet, so nothing is written"
        )
        // The other one's Service is not known here, so what can be done about its claim is asked.
        #expect(
            desk.handle(.changed(desk.changes()))
                == [.verify([AddressClaim(.v4(IPv4Address(192, 0, 2, 0)), dns, basis: "6")])]
        )
        #expect(
            desk.handle(
                .verified([
                    VerifiedClaim(
                        AddressClaim(.v4(IPv4Address(192, 0, 2, 0)), dns, basis: "6"),
                        addressed("dns", version: "6")
                    )
                ])
            )
                == [.claim([claimPage(version: "8", "192.0.2.0 dns 6", "192.0.2.1 web 7")])]
        )
        #expect(
            desk.handle(claimed(claimPage(version: "9", "192.0.2.0 dns 6", "192.0.2.1 web 7")))
                == [.write([ServiceStatusWrite(service, given(["192.0.2.1"]))])]
        )
    }

    @Test func `a new leader goes on where the last one stopped`() {
        var desk = AddressDesk()
        desk.services = [
            web: addressed("web", version: "7"), dns: addressed("dns", version: "5", given: ["192.0.2.1"]),
        ]
        desk.start(with: [claimPage(version: "8", "192.0.2.0 web 7", "192.0.2.1 dns 4", "192.0.2.2 gone 3")])
        // The claim of the Service that is gone is void once that is known for sure.
        let claim = AddressClaim(
            .v4(IPv4Address(192, 0, 2, 2)),
            ObjectKey(namespace: "default", name: "gone"),
            basis: "3"
        )
        #expect(desk.handle(.changed(desk.changes(web, dns))) == [.verify([claim])])
        #expect(
            desk.handle(.verified([VerifiedClaim(claim, nil)]))
                == [.claim([claimPage(version: "8", "192.0.2.0 web 7", "192.0.2.1 dns 4")])]
        )
        #expect(
            desk.handle(claimed(claimPage(version: "9", "192.0.2.0 web 7", "192.0.2.1 dns 4")))
                == [.write([ServiceStatusWrite(addressed("web", version: "7"), given(["192.0.2.0"]))])]
        )
    }

    @Test func `addresses of a pool that was deleted right before the start are kept until it is too late for it`() {
        let service = addressed("web", version: "7", given: ["192.0.2.0"])
        for comesBack in [true, false] {
            var desk = AddressDesk()
            let present = desk.pools
            desk.pools = []
            desk.services = [web: service]
            desk.settlingTime = .seconds(5)
            desk.start(with: [claimPage(version: "8", "192.0.2.0 web 6")])
            #expect(desk.handle(.changed(desk.changes(web))) == [.wake(after: .seconds(5))])
            desk.elapsed = .seconds(3)
            #expect(desk.handle(.changed(desk.changes())) == [.wake(after: .seconds(2))])
            if comesBack { desk.pools = present }
            desk.elapsed = .seconds(5)
            desk.settlingTime = nil
            let effects = desk.handle(.changed(desk.changes()))
            if comesBack {
                #expect(effects == [])
            } else {
                let condition = Condition(
                    type: ConditionType.addressRequestSatisfied.rawValue,
                    status: .false,
                    lastTransitionTime: noon,
                    reason: "NoPool",
                    message: "there is no LoadBalancerIPPool, which would give this service an IPv4 address"
                )
                #expect(
                    effects == [
                        .write([
                            ServiceStatusWrite(
                                service,
                                Service.Status(loadBalancer: .init(ingress: []), conditions: [condition])
                            )
                        ])
                    ]
                )
            }
        }
    }

    @Test func `what is deleted gives its address back once its claim is void`() {
        var desk = served()
        _ = desk.put(addressed("web", version: "9", given: ["192.0.2.0"]))
        #expect(desk.remove(web) == [.claim([claimPage(version: "8")])])
        #expect(desk.handle(.claimed([ClaimAnswer(AddressDesk.page, nil, isOwn: true)])) == [.wake(after: .zero)])
        #expect(desk.put(addressed("dns", version: "12")) == [.claim([claimPage("192.0.2.0 dns 12")])])
    }

    @Test func `what comes back other than it was written is put right`() {
        var desk = served()
        let other = addressed("web", version: "9", given: ["192.0.2.3"])
        #expect(
            desk.put(other) == [.claim([claimPage(version: "8", "192.0.2.0 web 9")])],
            "the address is claimed for the version that is to be written"
        )
        #expect(
            desk.handle(claimed(claimPage(version: "10", "192.0.2.0 web 9")))
                == [.write([ServiceStatusWrite(other, given(["192.0.2.0"]))])]
        )
    }

    @Test func `a Service that changes while it is written is decided on again after that`() {
        var desk = AddressDesk()
        desk.start()
        _ = desk.put(addressed("web", version: "7"))
        _ = desk.handle(claimed(claimPage(version: "8", "192.0.2.0 web 7")))
        #expect(desk.put(addressed("dns", version: "9", created: 1)) == [], "one round at a time")
        _ = desk.handle(.answered(web, .written(metadata("10"))))
        #expect(desk.handle(.written) == [.wake(after: .zero)])
        #expect(
            desk.handle(.changed(desk.changes()))
                == [.claim([claimPage(version: "8", "192.0.2.0 web 7", "192.0.2.1 dns 9")])]
        )
    }

    @Test func `what a server that went away left undone is ordered again`() {
        var desk = AddressDesk()
        desk.start()
        let service = addressed("web", version: "7")
        let claim = desk.put(service)
        #expect(desk.handle(.interrupted) == [])
        #expect(desk.handle(.changed(desk.changes())) == claim)
        let write = desk.handle(claimed(claimPage(version: "8", "192.0.2.0 web 7")))
        #expect(write == [.write([ServiceStatusWrite(service, given(["192.0.2.0"]))])])
        #expect(desk.handle(.interrupted) == [])
        #expect(desk.handle(.changed(desk.changes())) == write)
    }

    @Test func `what others gave beside ours stays when ours is taken back, and is not made ours`() {
        var desk = AddressDesk()
        var service = addressed("web", version: "7", given: ["192.0.2.0"])
        service.status?.loadBalancer?.ingress?.append(.init(ip: "10.22.203.3"))
        desk.services = [web: service]
        desk.pools = [pool("a", network("198.51.100.0/30"), selector: LabelSelector(matchLabels: ["tier": "gold"]))]
        desk.start(with: [claimPage(version: "8", "192.0.2.0 web 6")])
        let left = Service.Status(loadBalancer: .init(ingress: [.init(ip: "10.22.203.3")]))
        let write = ServiceStatusWrite(service, left)
        #expect(desk.handle(.changed(desk.changes(web))) == [.write([write])])
        #expect(write.isPatch)
    }
}
