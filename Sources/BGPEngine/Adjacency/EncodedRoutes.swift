import BGPTypes
import BGPWire
import NIOCore

/// Some received routes as they are kept, so that whoever asks for them decodes them, and not whoever keeps them.
package struct EncodedRoutes: Sendable {
    private let family: IPFamily
    private let context: WireContext
    private var keys: [(key: PrefixKey, number: UInt32)] = []
    private var sets: [UInt32: (octets: [UInt8], form: AttributePool.Form)] = [:]

    init(family: IPFamily, context: WireContext) {
        self.family = family
        self.context = context
    }

    /// The octets of all sets of attributes, each counted once.
    private(set) var octets = 0

    /// Whether there are none.
    package var isEmpty: Bool { keys.isEmpty }

    /// Adds a route, and its attributes unless another has brought them.
    mutating func append(_ key: PrefixKey, _ number: UInt32, from pool: borrowing AttributePool) {
        keys.append((key, number))
        guard sets[number] == nil, let set = pool.set(number) else { return }
        sets[number] = set
        octets += set.octets.count
    }

    /// The routes in the order of their prefixes.
    package func decoded() -> [ReceivedRoute] {
        // Most routes come with attributes that others have too.
        let decoded = sets.mapValues { attributes($0.octets, $0.form) }
        return keys.compactMap { key, number -> ReceivedRoute? in
            guard let prefix = key.prefix(family) else { return nil }
            let (nextHop, attributes) = decoded[number] ?? (nil, PathAttributes())
            return ReceivedRoute(prefix: prefix, nextHop: nextHop, attributes: attributes)
        }
    }

    private func attributes(
        _ octets: [UInt8],
        _ form: AttributePool.Form
    ) -> (nextHop: MultiprotocolNextHop?, attributes: PathAttributes) {
        let context = form == .received ? context : AdjacencyIn.storage
        var attributes = PathAttributes.decode(ByteBuffer(bytes: octets), context: context).attributes
        let nextHop = attributes.reachable?.nextHop ?? attributes.nextHop.map { .ipv4($0) }
        attributes.reachable = nil
        attributes.nextHop = nil
        return (nextHop, attributes)
    }
}
