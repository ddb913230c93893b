package import BGPTypes
import KubeJSON
package import KubeModel
import PlainText

extension Reason {
    /// What a Service says about its addresses, and whose they are.
    package enum Address: Hashable, Sendable {
        /// The address belongs to something else, so no node announces it for the Service.
        case addressNotOwned(service: ObjectKey, ServiceAddress, AddressOwner)
        /// No proxy serves the Service, so traffic for its addresses would be dropped.
        case notProxied(service: ObjectKey, type: String)
        /// The address is in the status of a Service that is no load balancer (any more).
        case notLoadBalancer(service: ObjectKey, type: String)
        /// Another implementation owns the load balancer: its class, nil for none, is not among those that are ours.
        case foreignLoadBalancerClass(service: ObjectKey, String?, ours: LoadBalancerClasses)
        /// The Service has no address of any kind yet.
        case noAddress(service: ObjectKey, type: String)
        /// The Service has load balancer addresses, but not of every family it asks for.
        case familiesWithoutAddress([IPFamily], service: ObjectKey)
        /// The operator says that it has not given all that the Service asks for; word and text are those of its condition.
        case addressRequestUnmet(service: ObjectKey, reason: ReasonCode, message: String)
        /// The load balancer is known by name alone, and a name cannot be announced.
        case hostnameOnly(service: ObjectKey, String)
        /// Text that is no address.
        case invalidAddress(service: ObjectKey, AddressKind, String)
        /// More values that are no addresses than are listed one by one.
        case invalidAddresses(service: ObjectKey, AddressKind, Int)
        /// The same address is announced for other Services.
        case announcedForOthers(address: IPAddress, services: [ObjectKey])
    }
}

extension Reason.Address: Reasoned {
    package func row(_ row: ReasonRow.Builder) -> ReasonRow {
        switch self {
        case .addressNotOwned(let service, let address, let owner):
            row(
                .addressNotOwned,
                .prevents,
                object: .service(service),
                field: address.kind.field,
                message:
                    "\(owner.words(of: address.address, to: service)), so no node announces it for Service/\(service)",
                fix: owner.remedy(for: address.kind, of: service)
            )
        case .notProxied(let service, let type):
            row(
                .notProxied,
                .prevents,
                object: .service(service),
                field: type == "ExternalName" ? "spec.type" : "spec.clusterIP",
                message: type == "ExternalName"
                    ? "Service/\(service) of type ExternalName is a name, and no proxy serves its addresses"
                    : "Service/\(service) is headless (clusterIP None), and no proxy serves its addresses",
                fix: "remove the addresses from spec.externalIPs and status.loadBalancer, or make it a Service with a "
                    + "cluster IP"
            )
        case .notLoadBalancer(let service, let type):
            row(
                .notLoadBalancer,
                .prevents,
                object: .service(service),
                field: "spec.type",
                message: "Service/\(service) is of type \(type), so its load balancer addresses are not announced",
                fix: "make the Service of type LoadBalancer, or remove the address from its status"
            )
        case .foreignLoadBalancerClass(let service, let name, let ours):
            row(
                .foreignLoadBalancerClass,
                .prevents,
                object: .service(service),
                field: "spec.loadBalancerClass",
                message: name.map {
                    "Service/\(service) has loadBalancerClass \($0.quoted), which belongs to another implementation: no "
                        + "pool gives it an address, and its load balancer addresses are not announced"
                }
                    ?? "Service/\(service) has no loadBalancerClass, and such Services belong to another implementation "
                    + "here (--unclassed=false): no pool gives it an address, and its load balancer addresses are not "
                    + "announced",
                fix: "\(ours.advice) (it cannot be changed in place)"
            )
        case .noAddress(let service, let type):
            row(
                .noAddress,
                .prevents,
                object: .service(service),
                field: type == "LoadBalancer" ? "status.loadBalancer.ingress" : "spec.type",
                message: type == "LoadBalancer"
                    ? "Service/\(service) has no load balancer address yet"
                    : "Service/\(service) of type \(type) has no address that can be announced",
                fix: type == "LoadBalancer"
                    ? "let a LoadBalancerIPPool match the Service, or another allocator serve it" : nil
            )
        case .familiesWithoutAddress(let families, let service):
            row(
                .familyWithoutAddress,
                .prevents,
                object: .service(service),
                field: "status.loadBalancer.ingress",
                message:
                    "Service/\(service) asks for \(families.map(\.word).asSentence()) too and has no load balancer "
                    + "address of \(families.count == 1 ? "it" : "them")",
                fix: "let a LoadBalancerIPPool that selects the Service have free \(families.map(\.word).asSentence()) "
                    + "addresses"
            )
        case .addressRequestUnmet(let service, let reason, let message):
            row(
                reason,
                .prevents,
                object: .service(service),
                field: "status.conditions",
                message: message,
                fix: nil
            )
        case .hostnameOnly(let service, let hostname):
            row(
                .hostnameOnly,
                .prevents,
                object: .service(service),
                field: "status.loadBalancer.ingress",
                message: "the load balancer of Service/\(service) is known by the name \(hostname.quoted) alone, "
                    + "and a name cannot be announced",
                fix: "put an IP address there"
            )
        case .invalidAddress(let service, let kind, let text):
            row(
                .invalidAddress,
                .prevents,
                object: .service(service),
                field: kind.field,
                message: "\(text.quoted) in \(kind.field) of Service/\(service) is not an IP address",
                fix: "put an IP address there"
            )
        case .invalidAddresses(let service, let kind, let count):
            row(
                .invalidAddress,
                .prevents,
                object: .service(service),
                field: kind.field,
                message: "\(count) more value\(count == 1 ? "" : "s") in \(kind.field) of Service/\(service) "
                    + "\(count == 1 ? "is no IP address" : "are no IP addresses")",
                fix: "put an IP address there"
            )
        case .announcedForOthers(let address, let services):
            row(
                .announcedForOthers,
                .informs,
                object: services.first.map(ObjectReference.service),
                field: nil,
                message: "\(address) is announced for \(services.map { "Service/\($0)" }.asSentence())",
                fix: nil
            )
        }
    }
}

extension ReasonCode {
    package static let addressNotOwned = ReasonCode("AddressNotOwned")
    package static let notProxied = ReasonCode("NotProxied")
    package static let notLoadBalancer = ReasonCode("NotLoadBalancer")
    package static let foreignLoadBalancerClass = ReasonCode("ForeignLoadBalancerClass")
    package static let noAddress = ReasonCode("NoAddress")
    package static let familyWithoutAddress = ReasonCode("FamilyWithoutAddress")
    package static let hostnameOnly = ReasonCode("HostnameOnly")
    package static let invalidAddress = ReasonCode("InvalidAddress")
    package static let announcedForOthers = ReasonCode("AnnouncedForOthers")
}
