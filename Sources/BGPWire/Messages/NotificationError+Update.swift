extension NotificationError {
    /// The lengths inside an UPDATE do not fit together (RFC 4271 §6.3).
    package static let malformedAttributeList = NotificationError(code: .updateMessage, subcode: 1)

    /// A well-known attribute that is not recognised; the data is the attribute (RFC 4271 §6.3).
    package static func unrecognizedWellKnown(_ attribute: [UInt8]) -> NotificationError {
        NotificationError(code: .updateMessage, subcode: 2, data: attribute)
    }

    /// A mandatory attribute is absent; the data is its type (RFC 4271 §6.3).
    package static func missingWellKnown(_ type: AttributeType) -> NotificationError {
        NotificationError(code: .updateMessage, subcode: 3, data: [type.rawValue])
    }

    /// Flags that the attribute cannot have; the data is the attribute (RFC 4271 §6.3).
    package static func attributeFlags(_ attribute: [UInt8]) -> NotificationError {
        NotificationError(code: .updateMessage, subcode: 4, data: attribute)
    }

    /// A length that the attribute cannot have; the data is the attribute (RFC 4271 §6.3).
    package static func attributeLength(_ attribute: [UInt8]) -> NotificationError {
        NotificationError(code: .updateMessage, subcode: 5, data: attribute)
    }

    /// An ORIGIN that is not known; the data is the attribute (RFC 4271 §6.3).
    package static func invalidOrigin(_ attribute: [UInt8]) -> NotificationError {
        NotificationError(code: .updateMessage, subcode: 6, data: attribute)
    }

    /// A NEXT_HOP that is no host's address; the data is the attribute (RFC 4271 §6.3).
    package static func invalidNextHop(_ attribute: [UInt8]) -> NotificationError {
        NotificationError(code: .updateMessage, subcode: 8, data: attribute)
    }

    /// An optional attribute that cannot be read; the data is the attribute (RFC 4271 §6.3).
    package static func optionalAttribute(_ attribute: [UInt8]) -> NotificationError {
        NotificationError(code: .updateMessage, subcode: 9, data: attribute)
    }

    /// Prefixes that cannot be read (RFC 4271 §6.3).
    package static let invalidNetworkField = NotificationError(code: .updateMessage, subcode: 10)

    /// An AS_PATH that cannot be read (RFC 4271 §6.3).
    package static let malformedASPath = NotificationError(code: .updateMessage, subcode: 11)
}
