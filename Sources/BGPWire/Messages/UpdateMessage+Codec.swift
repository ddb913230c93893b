import BGPTypes
package import NIOCore

extension UpdateMessage {
    /// Reads the body of an UPDATE.
    ///
    /// Throws what leaves no choice but to close the session. Milder faults are in ``faults``, and
    /// ``announcements`` and ``withdrawals`` already follow them.
    package init(decoding body: ByteBuffer, context: WireContext) throws(NotificationError) {
        var body = body
        guard let withdrawnLength: UInt16 = body.readInteger(),
            let withdrawnBytes = body.readSlice(length: Int(withdrawnLength)),
            let attributesLength: UInt16 = body.readInteger(),
            let attributesBytes = body.readSlice(length: Int(attributesLength))
        else { throw .malformedAttributeList }
        guard let withdrawn = NLRI(decoding: withdrawnBytes, family: .ipv4),
            let announced = NLRI(decoding: body, family: .ipv4)
        else { throw .invalidNetworkField }
        self.withdrawn = withdrawn
        self.announced = announced
        (attributes, faults) = PathAttributes.decode(attributesBytes, context: context)
        attributeOctets.bytes = attributesBytes
        checkPresence()
        checkNextHop()
        // Without a route to withdraw, nothing can stand in for the reset (RFC 7606 §5.2).
        if disposition == .treatAsWithdraw, !announcesRoutes {
            throw faults.first { $0.disposition == .treatAsWithdraw }?.notification ?? .malformedAttributeList
        }
        if let fault = faults.first(where: { $0.disposition == .resetSession }) { throw fault.notification }
    }

    /// Whether there are prefixes to use, in either place.
    private var announcesRoutes: Bool {
        !announced.isEmpty || (attributes.reachable?.routes.bytes.readableBytes ?? 0) > 0
    }

    /// What every route must have (RFC 4271 §6.3, RFC 7606 §3 (d)).
    private mutating func checkPresence() {
        guard announcesRoutes else { return }
        if attributes.origin == nil { miss(.origin) }
        if attributes.asPath == nil { miss(.asPath) }
        if attributes.nextHop == nil, !announced.isEmpty { miss(.nextHop) }
    }

    /// One that is there but cannot be read has its fault already.
    private mutating func miss(_ type: AttributeType) {
        guard !faults.contains(where: { $0.type == type }) else { return }
        faults.append(AttributeFault(type, .treatAsWithdraw, .missingWellKnown(type)))
    }

    /// A next hop that no packet can be sent to makes the routes useless, not the session (RFC 4271 §6.3).
    private mutating func checkNextHop() {
        guard let reachable = attributes.reachable, !reachable.nextHop.canBeNextHop else { return }
        faults.append(AttributeFault(.reachable, .treatAsWithdraw, .invalidNextHop([])))
    }

    /// Writes the body of an UPDATE.
    package func encode(into buffer: inout ByteBuffer, context: WireContext) {
        buffer.writeInteger(UInt16(clamping: withdrawn.bytes.readableBytes))
        buffer.writeImmutableBuffer(withdrawn.bytes)
        var list = ByteBuffer()
        attributes.encode(into: &list, context: context)
        buffer.writeInteger(UInt16(clamping: list.readableBytes))
        buffer.writeImmutableBuffer(list)
        buffer.writeImmutableBuffer(announced.bytes)
    }
}
