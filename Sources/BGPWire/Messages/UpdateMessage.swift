package import BGPTypes
package import NIOCore

/// An UPDATE: routes to forget, and routes to use with the attributes they share (RFC 4271 §4.3).
package struct UpdateMessage: Hashable, Sendable {
    /// IPv4 unicast prefixes to forget.
    package var withdrawn: NLRI
    /// What the routes have in common, those of other families included.
    package var attributes: PathAttributes
    /// IPv4 unicast prefixes to use.
    package var announced: NLRI
    /// What is wrong with the attributes, in the order found (RFC 7606); empty for a message to send.
    package var faults: [AttributeFault]
    /// The attributes as they came, for those who keep them; none in a message to send.
    package internal(set) var attributeOctets = AttributeOctets()

    /// Takes all parts.
    package init(
        withdrawn: NLRI = .none(.ipv4),
        attributes: PathAttributes = PathAttributes(),
        announced: NLRI = .none(.ipv4),
        faults: [AttributeFault] = []
    ) {
        self.withdrawn = withdrawn
        self.attributes = attributes
        self.announced = announced
        self.faults = faults
    }

    /// The mark that all routes of a family have been sent (RFC 4724 §2).
    package static func endOfRIB(_ family: RouteFamily) -> UpdateMessage {
        guard family != .ipv4Unicast else { return UpdateMessage() }
        var attributes = PathAttributes()
        attributes.unreachable = MultiprotocolUnreachable(family: family, routes: .none(family))
        return UpdateMessage(attributes: attributes)
    }
}

/// The octets that a message's attributes were read from.
///
/// They say nothing that the attributes do not say, so messages that differ in them alone are equal.
package struct AttributeOctets: Hashable, Sendable {
    /// The octets; `nil` in a message that was not read.
    package internal(set) var bytes: ByteBuffer?

    /// Always true.
    package static func == (left: AttributeOctets, right: AttributeOctets) -> Bool { true }

    /// Adds nothing.
    package func hash(into hasher: inout Hasher) {}
}
