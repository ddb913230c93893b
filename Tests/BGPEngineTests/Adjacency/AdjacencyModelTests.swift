import BGPEngine
import BGPTypes
import BGPWire
import NIOCore
import TestSupport
import Testing

/// Random wishes, stalls, refreshes and losses, against dictionaries.
@Suite struct AdjacencyModelTests {
    private static func prefix(_ random: inout SeededGenerator) -> IPPrefix {
        let number = random.below(700)
        switch random.below(4) {
        case 0: return RouteTable.host(number, .ipv6)
        case 1:
            let address = IPAddress.v4(IPv4Address(rawValue: 0x0A00_0000 + UInt32(number) << 8))
            return IPPrefix(masking: address, length: UInt8(20 + random.below(5))) ?? RouteTable.host(number, .ipv4)
        default: return RouteTable.host(number, .ipv4)
        }
    }

    private static func changes(_ random: inout SeededGenerator) -> [IPPrefix: RouteAttributes?] {
        var changes: [IPPrefix: RouteAttributes?] = [:]
        for _ in 0..<random.below(random.below(10) == 0 ? 900 : 6) {
            let attributes = RouteAttributes(med: UInt32(random.below(3)))
            changes[prefix(&random)] = .some(random.below(3) == 0 ? nil : attributes)
        }
        return changes
    }

    @Test(arguments: UInt64(1)...20)
    func `a router always ends with what is desired, and is never sent the same route twice`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var adjacency = AdjacencyOut()
        var table = RouteTable()
        var model: [IPPrefix: RouteAttributes] = [:]
        var router = Router(SessionEncoding.dualStack.context)
        adjacency.setDesired(table)
        adjacency.sessionEstablished(.dualStack)
        for _ in 0..<200 {
            switch random.below(20) {
            case 0:
                adjacency.sessionLost()
                router = Router(SessionEncoding.dualStack.context)
                adjacency.sessionEstablished(.dualStack)
            case 1:
                adjacency.refresh(random.below(2) == 0 ? .ipv4Unicast : .ipv6Unicast)
            case 2...9:
                if let batch = adjacency.nextBatch(limit: 1) { router.receive(batch) }
                // Whatever has been sent so far, both ends agree on it.
                #expect(Set(router.routes.keys) == Set(adjacency.announced.prefixes))
            default:
                let changes = Self.changes(&random)
                for (prefix, attributes) in changes { model[prefix] = attributes }
                let before = table
                table =
                    random.below(8) == 0
                    ? RouteTable(model.map { Route(prefix: $0.key, attributes: $0.value) }).sharing(table)
                    : table.setting(changes)
                let difference = RouteDifference(from: before, to: table)
                #expect(before.merging(difference.announced, withdrawing: difference.withdrawn) == table)
                adjacency.setDesired(table)
            }
        }
        adjacency.drain(into: &router)
        #expect(adjacency.isSettled)
        #expect(table == RouteTable(model.map { Route(prefix: $0.key, attributes: $0.value) }))
        #expect(table.count == model.count)
        #expect(router.routes.mapValues(\.attributes.med) == model.mapValues(\.med))
        #expect(!router.events.contains { if case .malformed = $0 { true } else { false } })
        #expect(router.events.filter { $0 == .endOfRIB(.ipv4Unicast) }.count == 1)
        #expect(router.events.filter { $0 == .endOfRIB(.ipv6Unicast) }.count == 1)
    }
}

extension RouteTable {
    /// All prefixes, those that have to be sent again included.
    fileprivate var prefixes: [IPPrefix] {
        Array(allPrefixes(.ipv4)) + Array(allPrefixes(.ipv6))
    }
}
