import BGPWire
import NIOCore
import TestSupport

/// An UPDATE taken apart, so that each part can be made wrong without the others becoming noise.
struct UpdateParts {
    /// One attribute; the length field says `length` where that is set, else the truth.
    struct Attribute {
        var flags: UInt8
        var type: UInt8
        var value: [UInt8]
        var length: Int?

        var octets: [UInt8] {
            let length = length ?? value.count
            let isExtended = flags & AttributeFlags.extendedLength.rawValue != 0
            let field =
                isExtended
                ? [UInt8(truncatingIfNeeded: length >> 8), UInt8(truncatingIfNeeded: length)]
                : [UInt8(truncatingIfNeeded: length)]
            return [flags, type] + field + value
        }
    }

    var withdrawn: [UInt8] = []
    var attributes: [Attribute] = []
    var announced: [UInt8] = []
    /// What the three length fields say beyond the truth.
    var withdrawnExcess = 0
    var attributesExcess = 0
    var messageExcess = 0

    /// Takes a well-formed message apart.
    init(_ message: ByteBuffer) {
        var rest = message
        rest.moveReaderIndex(forwardBy: Header.length)
        withdrawn = rest.readLengthPrefixed()
        var list = ByteBuffer(bytes: rest.readLengthPrefixed())
        announced = Array(rest.readableBytesView)
        while let (flags, type) = list.readMultipleIntegers(as: (UInt8, UInt8).self) {
            let isExtended = flags & AttributeFlags.extendedLength.rawValue != 0
            let length =
                isExtended
                ? list.readInteger(as: UInt16.self).map(Int.init) : list.readInteger(as: UInt8.self).map(Int.init)
            guard let length, let value = list.readBytes(length: length) else { return }
            attributes.append(Attribute(flags: flags, type: type, value: value))
        }
    }

    /// The message, with its length fields as wrong as they were made.
    var octets: [UInt8] {
        let list = attributes.flatMap(\.octets)
        let body =
            Self.field(withdrawn.count + withdrawnExcess) + withdrawn + Self.field(list.count + attributesExcess) + list
            + announced
        return [UInt8](repeating: 0xFF, count: Header.markerLength)
            + Self.field(Header.length + body.count + messageExcess) + [MessageType.update.rawValue] + body
    }

    private static func field(_ number: Int) -> [UInt8] {
        [UInt8(truncatingIfNeeded: number >> 8), UInt8(truncatingIfNeeded: number)]
    }

    /// Makes one thing wrong.
    mutating func damage(_ generator: inout MessageGenerator) {
        switch generator.below(15) {
        case 0: changeAttribute(&generator) { $0.flags ^= 1 << UInt8($1.below(8)) }
        case 1: changeAttribute(&generator) { $0.type = $1.attributeType() }
        case 2: changeAttribute(&generator) { $0.length = max(0, $0.value.count + $1.below(7) - 3) }
        case 3: changeAttribute(&generator) { $0.length = Int($1.octet()) << ($1.chance(2) ? 8 : 0) }
        case 4: changeAttribute(&generator) { $0.value.removeLast($1.below($0.value.count + 1)) }
        case 5: changeAttribute(&generator) { $0.value.append(contentsOf: $1.octets(9)) }
        case 6: changeAttribute(&generator) { $0.value.set(&$1) }
        case 7: repeatAttribute(&generator)
        case 8: if !attributes.isEmpty { attributes.remove(at: generator.below(attributes.count)) }
        case 9:
            insert(
                Attribute(
                    flags: generator.octet() & 0xF0,
                    type: generator.attributeType(),
                    value: generator.octets(24)
                ),
                &generator
            )
        case 10: withdrawn.set(&generator)
        case 11: announced.set(&generator)
        case 12: withdrawnExcess = generator.below(9) - 4
        case 13: attributesExcess = generator.below(9) - 4
        default: messageExcess = generator.below(9) - 4
        }
    }

    private mutating func changeAttribute(
        _ generator: inout MessageGenerator,
        _ change: (inout Attribute, inout MessageGenerator) -> Void
    ) {
        guard !attributes.isEmpty else { return }
        let index = generator.below(attributes.count)
        change(&attributes[index], &generator)
    }

    private mutating func repeatAttribute(_ generator: inout MessageGenerator) {
        guard !attributes.isEmpty else { return }
        insert(attributes[generator.below(attributes.count)], &generator)
    }

    private mutating func insert(_ attribute: Attribute, _ generator: inout MessageGenerator) {
        attributes.insert(attribute, at: generator.below(attributes.count + 1))
    }
}

extension [UInt8] {
    /// Replaces an octet by one at the edge of what lengths, counts and kinds can be.
    mutating func set(_ generator: inout MessageGenerator) {
        guard !isEmpty else { return }
        let edges: [UInt8] = [0, 1, 2, 3, 4, 5, 16, 24, 32, 33, 64, 127, 128, 129, 224, 254, 255]
        self[generator.below(count)] = generator.chance(3) ? generator.octet() : edges[generator.below(edges.count)]
    }
}

extension MessageGenerator {
    /// A type code, mostly one that has a meaning.
    fileprivate mutating func attributeType() -> UInt8 {
        let known = AttributeDescriptor.all
        return chance(6) ? octet() : known[below(known.count)].type.rawValue
    }
}

extension ByteBuffer {
    /// Reads what a length of two octets announces.
    fileprivate mutating func readLengthPrefixed() -> [UInt8] {
        readLengthPrefixedSlice(as: UInt16.self).map { Array($0.readableBytesView) } ?? []
    }
}
