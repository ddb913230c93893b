package import BGPTypes

extension BGPAdvertisement {
    /// What routes carry.
    package struct Attributes: Codable, Hashable, Sendable {
        /// Labels that routers act on.
        package var communities: Communities?
        /// Preference within the AS, 0 to 4294967295, the highest wins; only internal peers see it.
        package var localPreference: Int?
        /// Preference among entries into our AS, 0 to 4294967295, the lowest wins (MULTI_EXIT_DISC).
        package var med: Int?
        /// How many times more than once our AS stands in the path, 0 to 32; only external peers see it.
        package var asPathPrepend: Int?
        /// Where the route claims to come from; absent is `IGP`.
        package var origin: Origin?

        /// Attributes of a route.
        package init(
            communities: Communities? = nil,
            localPreference: Int? = nil,
            med: Int? = nil,
            asPathPrepend: Int? = nil,
            origin: Origin? = nil
        ) {
            self.communities = communities
            self.localPreference = localPreference
            self.med = med
            self.asPathPrepend = asPathPrepend
            self.origin = origin
        }
    }

    /// Communities of a route, in the three ways a person writes them.
    package struct Communities: Codable, Hashable, Sendable {
        /// `65000:1` or one decimal number (RFC 1997).
        @EmptyWhenAbsent package var standard: [Community]
        /// Those that have a name.
        @EmptyWhenAbsent package var wellKnown: [WellKnownCommunity]
        /// `65000:1:2` (RFC 8092).
        @EmptyWhenAbsent package var large: [LargeCommunity]

        /// A set of communities.
        package init(
            standard: [Community] = [],
            wellKnown: [WellKnownCommunity] = [],
            large: [LargeCommunity] = []
        ) {
            self.standard = standard
            self.wellKnown = wellKnown
            self.large = large
        }

        /// `standard` and `wellKnown` together, each once.
        package var allStandard: Set<Community> {
            Set(standard).union(wellKnown.map(\.community))
        }
    }
}
