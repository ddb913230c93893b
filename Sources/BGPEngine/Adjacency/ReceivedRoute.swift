package import BGPTypes
package import BGPWire

/// A route as a peer announced it.
package struct ReceivedRoute: Hashable, Sendable {
    package var prefix: IPPrefix
    /// Where the peer says packets go.
    package var nextHop: MultiprotocolNextHop?
    /// All else, without next hop and prefixes.
    package var attributes: PathAttributes

    /// Joins three parts.
    package init(prefix: IPPrefix, nextHop: MultiprotocolNextHop?, attributes: PathAttributes) {
        self.prefix = prefix
        self.nextHop = nextHop
        self.attributes = attributes
    }
}
