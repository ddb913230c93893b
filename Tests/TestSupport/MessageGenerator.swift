import BGPTypes
package import BGPWire

/// Makes BGP messages that depend on a seed alone.
package struct MessageGenerator {
    private var random: SeededGenerator

    /// Starts the sequence of a seed.
    package init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    private mutating func next() -> UInt64 { random.next() }

    /// A number of at least 0 and less than the bound.
    package mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
    /// True once in so many times.
    package mutating func chance(_ outOf: Int) -> Bool { below(outOf) == 0 }
    private mutating func word() -> UInt32 { UInt32(truncatingIfNeeded: next()) }
    package mutating func octet() -> UInt8 { UInt8(truncatingIfNeeded: next()) }
    /// Fewer than so many octets.
    package mutating func octets(_ bound: Int) -> [UInt8] { (0..<below(bound)).map { _ in octet() } }

    /// What two OPENs may have agreed on.
    package mutating func context() -> WireContext {
        WireContext(
            isInternal: chance(2),
            fourOctetAS: chance(2),
            families: [.ipv4Unicast, .ipv6Unicast],
            ipv4OverIPv6: true,
            maximumSentLength: 65535,
            maximumReceivedLength: 65535
        )
    }

    /// A message of any type that fits the context.
    package mutating func message(_ context: WireContext) -> Message {
        switch below(8) {
        case 0: .open(open())
        case 1: .keepalive
        case 2:
            .notification(
                NotificationError(code: .init(rawValue: octet()), subcode: octet(), data: octets(300))
            )
        case 3: .routeRefresh(RouteRefresh(family(), subtype: .init(rawValue: octet())))
        default: .update(update(context))
        }
    }

    private mutating func family() -> RouteFamily {
        switch below(4) {
        case 0: .ipv4Unicast
        case 1: .ipv6Unicast
        default: RouteFamily(afi: UInt16(truncatingIfNeeded: next()), safi: octet() | 0x40)
        }
    }

    private mutating func open() -> Open {
        Open(
            asNumber: ASNumber(rawValue: max(1, word())),
            holdTime: HoldTime(rawValue: UInt16(truncatingIfNeeded: next())) ?? .standard,
            routerID: RouterID(rawValue: max(1, word())) ?? Self.someRouter,
            capabilities: (0..<below(8)).map { _ in capability() }
        )
    }

    private static let someRouter: RouterID = {
        guard let router = RouterID(rawValue: 1) else { preconditionFailure("1 is an identifier") }
        return router
    }()

    private mutating func capability() -> Capability {
        switch below(9) {
        case 0: .multiprotocol(family())
        case 1: .routeRefresh
        case 2: .extendedNextHop((0..<below(4)).map { _ in ExtendedNextHop(afi: 1, safi: 4, nextHopAFI: 2) })
        case 3: .extendedMessages
        case 4:
            .gracefulRestart(
                GracefulRestart(
                    restarted: chance(2),
                    notifications: chance(2),
                    restartTime: UInt16(below(4096)),
                    families: (0..<below(4)).map { _ in .init(family(), forwardingPreserved: chance(2)) }
                )
            )
        case 5:
            .longLivedGracefulRestart(
                (0..<below(4)).map { _ in
                    LongLivedGracefulRestart(family(), forwardingPreserved: chance(2), staleTime: word() & 0xFF_FFFF)
                }
            )
        case 6: .enhancedRouteRefresh
        case 7: .hostName(host: "node-\(below(100))", domain: chance(2) ? "" : "example.org")
        default: .unknown(code: CapabilityCode(rawValue: 0x80 | octet()), value: octets(250))
        }
    }

    private mutating func prefixes(_ family: IPFamily, _ bound: Int) -> NLRI {
        NLRI(
            (0..<below(bound)).compactMap { _ in
                switch family {
                case .ipv4: IPPrefix(masking: .v4(IPv4Address(rawValue: word())), length: UInt8(below(33)))
                case .ipv6: IPPrefix(masking: .v6(IPv6Address(high: next(), low: next())), length: UInt8(below(129)))
                }
            },
            family: family
        )
    }

    private mutating func update(_ context: WireContext) -> UpdateMessage {
        var update = UpdateMessage(withdrawn: prefixes(.ipv4, 20))
        guard !chance(4) else { return update }
        update.announced = prefixes(.ipv4, 20)
        var attributes = PathAttributes()
        attributes.origin = Origin(rawValue: UInt8(below(3)))
        attributes.asPath = ASPath(sequence: (0..<below(6)).map { _ in ASNumber(rawValue: max(1, word())) })
        attributes.nextHop = IPv4Address(192, 0, 2, octet())
        if chance(2) { attributes.med = word() }
        if context.isInternal {
            attributes.localPreference = word()
            if chance(3) { attributes.originatorID = IPv4Address(rawValue: word()) }
            attributes.clusterList = (0..<below(3)).map { _ in IPv4Address(rawValue: word()) }
        }
        attributes.atomicAggregate = chance(4)
        if chance(4) {
            attributes.aggregator = Aggregator(ASNumber(rawValue: max(1, word())), IPv4Address(rawValue: word()))
        }
        attributes.communities = (0..<below(90)).map { _ in Community(rawValue: word()) }
        attributes.extendedCommunities = (0..<below(4)).map { _ in ExtendedCommunity(rawValue: next()) }
        attributes.largeCommunities = (0..<below(30)).map { _ in LargeCommunity(word(), word(), word()) }
        if chance(3) {
            attributes.unknown = [
                RawAttribute(
                    flags: [.optional, .transitive, .partial],
                    type: AttributeType(rawValue: 0x80 | octet()),
                    value: octets(400)
                )
            ]
        }
        if chance(2) {
            attributes.reachable = MultiprotocolReachable(
                family: .ipv6Unicast,
                nextHop: .ipv6(
                    IPv6Address(high: 0x2001_0DB8_0000_0000, low: next()),
                    linkLocal: chance(2) ? IPv6Address(high: 0xFE80_0000_0000_0000, low: next()) : nil
                ),
                routes: .prefixes(prefixes(.ipv6, 40))
            )
        }
        if chance(3) {
            attributes.unreachable = MultiprotocolUnreachable(
                family: .ipv6Unicast,
                routes: .prefixes(prefixes(.ipv6, 40))
            )
        }
        update.attributes = attributes
        return update
    }
}
