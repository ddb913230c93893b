import BGPTypes
package import BGPWire

extension PeerConfiguration {
    /// Refuses an OPEN that this peer must not send (RFC 4271 §6.2, RFC 6286 §2.1, RFC 7607 §2, RFC 5492 §5).
    ///
    /// Version, hold times of 1 and 2 and an identifier of 0 have been refused when the message was decoded.
    package func validate(_ open: Open) throws(NotificationError) {
        guard open.asNumber.rawValue != 0, remoteAS.rawValue == 0 || open.asNumber == remoteAS else {
            throw .badPeerAS
        }
        // Two routers of different AS may share an identifier, two of the same AS may not.
        if open.asNumber == localAS, open.routerID == routerID { throw .badRouterID }
        let offered = open.families
        // Without a multiprotocol capability IPv4 unicast is meant, on this side as on the other (RFC 4760 §8).
        let own = families.isEmpty ? [.ipv4Unicast] : families
        guard own.contains(where: offered.contains) else {
            throw .unsupportedCapability(own.map { .multiprotocol($0) })
        }
    }
}
