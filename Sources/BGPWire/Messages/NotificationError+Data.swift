package import BGPTypes
import NIOCore

/// What the data of a NOTIFICATION names, where its RFC says that it names something.
extension NotificationError {
    /// The capabilities that an Unsupported Capability is about (RFC 5492 §5); empty when its data names none that can be read.
    ///
    /// By the RFC they are what the sender misses. FRR and others put in what they were offered and do not take.
    package var namedCapabilities: [Capability] {
        guard code == .openMessage, subcode == 7 else { return [] }
        var rest = ByteBuffer(bytes: data)
        var capabilities: [Capability] = []
        while let (code, length) = rest.readMultipleIntegers(as: (UInt8, UInt8).self) {
            guard let value = rest.readSlice(length: Int(length)) else { break }
            let code = CapabilityCode(rawValue: code)
            let capability =
                (try? Capability(code: code, value: value))
                ?? .unknown(code: code, value: Array(value.readableBytesView))
            if !capabilities.contains(capability) { capabilities.append(capability) }
        }
        return capabilities
    }

    /// The attribute that an error in an UPDATE is about (RFC 4271 §6.3); `nil` when its data names none.
    package var namedAttribute: AttributeType? {
        guard code == .updateMessage else { return nil }
        return switch (subcode, data.count) {
        case (3, 1): AttributeType(rawValue: data[0])
        case (2, 2...), (4...6, 2...), (8...9, 2...): AttributeType(rawValue: data[1])
        default: nil
        }
    }

    /// The family and the number that Maximum Number of Prefixes Reached is about (RFC 4486 §4); `nil` when its data has none.
    package var namedPrefixLimit: (family: RouteFamily, limit: UInt32)? {
        guard cease == .maximumPrefixes, data.count == 7 else { return nil }
        return (
            RouteFamily(afi: UInt16(data[0]) << 8 | UInt16(data[1]), safi: data[2]),
            data[3...].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        )
    }

    /// The version that an Unsupported Version Number says is spoken instead (RFC 4271 §6.2); `nil` when its data has none.
    package var namedVersion: UInt16? {
        guard code == .openMessage, subcode == 1, data.count == 2 else { return nil }
        return UInt16(data[0]) << 8 | UInt16(data[1])
    }

    /// The message that was unknown or out of turn (RFC 4271 §6.1, RFC 6608 §4); `nil` when the data names none.
    package var namedMessage: MessageType? {
        switch (code, subcode, data.count) {
        case (.messageHeader, 3, 1), (.stateMachine, 1...3, 1): MessageType(rawValue: data[0])
        default: nil
        }
    }
}

extension Capability {
    /// The capability as a person names it: a family by its own name.
    package var words: String {
        if case .multiprotocol(let family) = self { family.description } else { code.description }
    }
}
