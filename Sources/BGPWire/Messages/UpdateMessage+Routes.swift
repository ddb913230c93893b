package import BGPTypes
import NIOCore

extension UpdateMessage {
    /// Routes to use that came with one next hop.
    package struct Announcement: Hashable, Sendable {
        /// Where to send packets.
        package var nextHop: MultiprotocolNextHop
        package var prefixes: NLRI

        /// Joins the two.
        package init(nextHop: MultiprotocolNextHop, prefixes: NLRI) {
            self.nextHop = nextHop
            self.prefixes = prefixes
        }
    }

    /// The strongest treatment that the faults ask for; `nil` without faults.
    package var disposition: AttributeFault.Disposition? { faults.map(\.disposition).max() }

    /// The routes to use: at most one of the message's own field and one of MP_REACH_NLRI; none if a fault withdraws them.
    package var announcements: [Announcement] {
        guard (disposition ?? .discard) < .treatAsWithdraw else { return [] }
        var found: [Announcement] = []
        if !announced.isEmpty, let nextHop = attributes.nextHop {
            found.append(Announcement(nextHop: .ipv4(nextHop), prefixes: announced))
        }
        if let reachable = attributes.reachable, let nlri = reachable.routes.nlri, !nlri.isEmpty {
            found.append(Announcement(nextHop: reachable.nextHop, prefixes: nlri))
        }
        return found
    }

    /// The routes to forget, those that a fault withdraws included.
    ///
    /// To be taken before ``announcements``: a prefix in both is announced (RFC 4271 §4.3).
    package var withdrawals: [NLRI] {
        var found = [withdrawn]
        if let nlri = attributes.unreachable?.routes.nlri { found.append(nlri) }
        if (disposition ?? .discard) >= .treatAsWithdraw {
            found.append(announced)
            if let nlri = attributes.reachable?.routes.nlri { found.append(nlri) }
        }
        return found.filter { !$0.isEmpty }
    }

    /// The family whose End-of-RIB this is; `nil` for every other UPDATE (RFC 4724 §2).
    package var endOfRIB: RouteFamily? {
        guard withdrawn.isEmpty, announced.isEmpty, faults.isEmpty else { return nil }
        if attributes == PathAttributes() { return .ipv4Unicast }
        guard let unreachable = attributes.unreachable, unreachable.routes.bytes.readableBytes == 0 else { return nil }
        var rest = attributes
        rest.unreachable = nil
        return rest == PathAttributes() ? unreachable.family : nil
    }
}
