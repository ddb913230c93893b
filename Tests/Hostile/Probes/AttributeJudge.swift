import BGPWire
import NIOCore

/// What RFC 7606 asks for an UPDATE, worked out a second time and in the plainest way: rules and octets, nothing shared
/// with the codec but the names of the outcomes.
struct AttributeJudge {
    private let context: WireContext
    private var worst: AttributeFault.Disposition?
    private var present: Set<UInt8> = []
    private var announces: Bool

    /// The verdict over the body of an UPDATE; `nil` when nothing is wrong with it.
    static func verdict(_ body: [UInt8], _ context: WireContext) -> AttributeFault.Disposition? {
        guard let withdrawn = body.part(at: 0), let list = body.part(at: 2 + withdrawn.count) else {
            return .resetSession
        }
        let announced = Array(body.dropFirst(4 + withdrawn.count + list.count))
        guard arePrefixes(withdrawn, bits: 32), arePrefixes(announced, bits: 32) else { return .resetSession }
        var judge = AttributeJudge(context: context, announces: !announced.isEmpty)
        judge.walk(list)
        judge.checkMandatory(isNextHopNeeded: !announced.isEmpty)
        // §5.2: without a route to withdraw, the session goes.
        if judge.worst == .treatAsWithdraw, !judge.announces { return .resetSession }
        return judge.worst
    }

    private init(context: WireContext, announces: Bool) {
        self.context = context
        self.announces = announces
    }

    private mutating func note(_ disposition: AttributeFault.Disposition) {
        worst = max(worst ?? disposition, disposition)
    }

    private mutating func walk(_ list: [UInt8]) {
        var rest = list[...]
        while !rest.isEmpty {
            let isExtended = (rest.first ?? 0) & 0x10 != 0
            let header = isExtended ? 4 : 3
            let octets = Array(rest.prefix(header))
            let length = octets.dropFirst(2).reduce(0) { $0 << 8 | Int($1) }
            guard octets.count == header, rest.count >= header + length else {
                // §4: the end of the list is known all the same.
                if let type = octets.dropFirst().first { present.insert(type) }
                note(.treatAsWithdraw)
                return
            }
            judge(octets[0], octets[1], Array(rest.dropFirst(header).prefix(length)))
            rest = rest.dropFirst(header + length)
        }
    }

    private mutating func judge(_ flags: UInt8, _ type: UInt8, _ value: [UInt8]) {
        guard present.insert(type).inserted else {
            // §3 (g).
            return note(type == 14 || type == 15 ? .resetSession : .discard)
        }
        guard let rule = Self.rules[type] else {
            // RFC 4271 §6.3: a well-known attribute that is not known.
            if flags & 0x80 == 0 { note(.resetSession) }
            return
        }
        if rule.isInternal, !context.isInternal { return note(.discard) }
        if flags & 0xC0 != rule.flags { note(.treatAsWithdraw) }
        if type == 14, let routes = Self.reachableRoutes(value), !routes.isEmpty { announces = true }
        // Flags that make a plain attribute unreadable leave nothing to look at (§3 c).
        if flags & 0xC0 != rule.flags, type != 14, type != 15 { return }
        if !rule.accepts(value, context) {
            note(rule.otherwise)
        } else if type == 14, Self.isKnown(Array(value.prefix(3))), !Self.isNextHop(value) {
            // RFC 4271 §6.3: routes to nowhere are useless, the session is not.
            note(.treatAsWithdraw)
        }
    }

    /// §3 (d).
    private mutating func checkMandatory(isNextHopNeeded: Bool) {
        guard announces else { return }
        for type in [1, 2] + (isNextHopNeeded ? [3] : []) as [UInt8] where !present.contains(type) {
            note(.treatAsWithdraw)
        }
    }

    /// What one attribute has to be like, and what is done when it is not (§7).
    private struct Rule {
        var flags: UInt8
        var otherwise: AttributeFault.Disposition
        var isInternal = false
        var accepts: @Sendable ([UInt8], WireContext) -> Bool
    }

    private static let rules: [UInt8: Rule] = [
        1: Rule(flags: 0x40, otherwise: .treatAsWithdraw) { value, _ in value.count == 1 && value[0] <= 2 },
        2: Rule(flags: 0x40, otherwise: .treatAsWithdraw) { value, context in
            isPath(value, width: context.fourOctetAS ? 4 : 2, inside: context.isInternal)
        },
        3: Rule(flags: 0x40, otherwise: .treatAsWithdraw) { value, _ in
            value.count == 4 && value[0] != 0 && value[0] < 224
        },
        4: Rule(flags: 0x80, otherwise: .treatAsWithdraw) { value, _ in value.count == 4 },
        5: Rule(flags: 0x40, otherwise: .treatAsWithdraw, isInternal: true) { value, _ in value.count == 4 },
        6: Rule(flags: 0x40, otherwise: .discard) { value, _ in value.isEmpty },
        7: Rule(flags: 0xC0, otherwise: .discard) { value, context in
            isAggregator(value, width: context.fourOctetAS ? 4 : 2)
        },
        8: Rule(flags: 0xC0, otherwise: .treatAsWithdraw) { value, _ in isList(value, of: 4) },
        9: Rule(flags: 0x80, otherwise: .treatAsWithdraw, isInternal: true) { value, _ in value.count == 4 },
        10: Rule(flags: 0x80, otherwise: .treatAsWithdraw, isInternal: true) { value, _ in isList(value, of: 4) },
        14: Rule(flags: 0x80, otherwise: .resetSession) { value, context in isReachable(value, context) },
        15: Rule(flags: 0x80, otherwise: .resetSession) { value, _ in
            value.count >= 3 && areRoutes(Array(value.dropFirst(3)), family: Array(value.prefix(3)))
        },
        16: Rule(flags: 0xC0, otherwise: .treatAsWithdraw) { value, _ in isList(value, of: 8) },
        17: Rule(flags: 0xC0, otherwise: .discard) { value, context in
            !context.fourOctetAS && isPath(value, width: 4, inside: true)
        },
        18: Rule(flags: 0xC0, otherwise: .discard) { value, context in
            !context.fourOctetAS && isAggregator(value, width: 4)
        },
        32: Rule(flags: 0xC0, otherwise: .treatAsWithdraw) { value, _ in isList(value, of: 12) },
    ]

    private static func isList(_ value: [UInt8], of width: Int) -> Bool {
        !value.isEmpty && value.count % width == 0
    }

    private static func isAggregator(_ value: [UInt8], width: Int) -> Bool {
        value.count == width + 4 && value.prefix(width).contains { $0 != 0 }
    }

    private static func isPath(_ value: [UInt8], width: Int, inside: Bool) -> Bool {
        var rest = value[...]
        while let kind = rest.popFirst() {
            guard let count = rest.popFirst(), count > 0, (1...(inside ? 4 : 2)).contains(kind),
                rest.count >= Int(count) * width
            else { return false }
            for _ in 0..<count {
                guard rest.prefix(width).contains(where: { $0 != 0 }) else { return false }
                rest = rest.dropFirst(width)
            }
        }
        return true
    }

    private static func arePrefixes(_ octets: [UInt8], bits: UInt8) -> Bool {
        var rest = octets[...]
        while let length = rest.popFirst() {
            let size = (Int(length) + 7) / 8
            guard length <= bits, rest.count >= size else { return false }
            rest = rest.dropFirst(size)
        }
        return true
    }

    /// Routes of a family that is not known are not read.
    private static func areRoutes(_ octets: [UInt8], family: [UInt8]) -> Bool {
        switch family {
        case [0, 1, 1]: arePrefixes(octets, bits: 32)
        case [0, 2, 1]: arePrefixes(octets, bits: 128)
        default: true
        }
    }

    private static func isKnown(_ family: [UInt8]) -> Bool { family == [0, 1, 1] || family == [0, 2, 1] }

    private static func reachableRoutes(_ value: [UInt8]) -> [UInt8]? {
        guard value.count >= 4, value.count >= 5 + Int(value[3]) else { return nil }
        return Array(value.dropFirst(5 + Int(value[3])))
    }

    private static func isReachable(_ value: [UInt8], _ context: WireContext) -> Bool {
        guard let routes = reachableRoutes(value) else { return false }
        let family = Array(value.prefix(3))
        switch family {
        case [0, 1, 1]:
            guard value[3] == 4 || (context.ipv4OverIPv6 && (value[3] == 16 || value[3] == 32)) else { return false }
        case [0, 2, 1]:
            guard value[3] == 16 || value[3] == 32 else { return false }
        default:
            break
        }
        return areRoutes(routes, family: family)
    }

    /// Whether a packet can be sent to the next hop of an MP_REACH_NLRI that is otherwise in order.
    private static func isNextHop(_ value: [UInt8]) -> Bool {
        let hop = Array(value.dropFirst(4).prefix(Int(value[3])))
        switch hop.count {
        case 4: return hop[0] != 0 && hop[0] < 224
        case 16: return isIPv6Host(hop)
        case 32: return isIPv6Host(hop.prefix(16).contains { $0 != 0 } ? Array(hop.prefix(16)) : Array(hop.suffix(16)))
        default: return true
        }
    }

    private static func isIPv6Host(_ octets: [UInt8]) -> Bool {
        octets[0] != 0xFF && octets.contains { $0 != 0 }
    }
}

extension [UInt8] {
    /// What a length of two octets at a place announces.
    fileprivate func part(at place: Int) -> [UInt8]? {
        guard count >= place + 2 else { return nil }
        let length = Int(self[place]) << 8 | Int(self[place + 1])
        guard count >= place + 2 + length else { return nil }
        return Array(self[(place + 2)..<(place + 2 + length)])
    }
}
