/// What an endpoint can do for traffic (EndpointSlice conditions ready, serving, terminating).
package enum EndpointState: String, Hashable, Sendable, CaseIterable, Codable {
    /// Takes traffic; an unset `ready` counts as true.
    case ready
    /// On its way out, but still answering: used only when nothing is ready anywhere.
    case servingTerminating
    /// On its way out and no longer answering.
    case terminating
    /// Not up (yet).
    case notReady
}

/// How many endpoints of each state, on one node and everywhere.
package struct EndpointCounts: Hashable, Sendable, Codable {
    /// Endpoints that take traffic.
    package var ready = 0
    /// Endpoints that still answer while terminating.
    package var servingTerminating = 0
    /// Endpoints that terminate and no longer answer.
    package var terminating = 0
    /// Endpoints that are not up.
    package var notReady = 0

    /// Nothing counted.
    package init() {}

    /// All endpoints.
    package var total: Int { ready + servingTerminating + terminating + notReady }

    /// Counts further endpoints of a state.
    package mutating func count(_ state: EndpointState, _ number: Int32 = 1) {
        let number = Int(number)
        switch state {
        case .ready: ready += number
        case .servingTerminating: servingTerminating += number
        case .terminating: terminating += number
        case .notReady: notReady += number
        }
    }

    /// Adds the counts of another group of endpoints.
    package static func += (left: inout EndpointCounts, right: EndpointCounts) {
        left.ready += right.ready
        left.servingTerminating += right.servingTerminating
        left.terminating += right.terminating
        left.notReady += right.notReady
    }
}

extension EndpointCounts: CustomStringConvertible {
    /// `2 ready, 1 terminating`, or `none`.
    package var description: String {
        let parts = [
            (ready, "ready"), (servingTerminating, "serving while terminating"), (terminating, "terminating"),
            (notReady, "not ready"),
        ]
        let texts = parts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        return texts.isEmpty ? "none" : texts.joined(separator: ", ")
    }
}

/// The endpoints of one service and family as one node sees them.
package struct EndpointTally: Hashable, Sendable {
    /// Endpoints on this node; one without `nodeName` is never local.
    package var local = EndpointCounts()
    /// All endpoints, local ones included.
    package var everywhere = EndpointCounts()
    /// Those of all that are ready and name no node.
    package var withoutNode = 0
    /// Those of these that stand for the network plugin's own proxy, which runs on every node.
    package var proxies = 0

    /// Nothing counted.
    package init() {}

    /// Whether traffic can be served by any node: something is ready, or serves while terminating.
    package var isUsable: Bool { everywhere.ready > 0 || everywhere.servingTerminating > 0 }

    /// Whether this node can serve traffic that must stay on it.
    package var isUsableLocally: Bool {
        local.ready > 0 || (everywhere.ready == 0 && local.servingTerminating > 0)
    }

    /// Adds the tally of another slice.
    package static func += (left: inout EndpointTally, right: EndpointTally) {
        left.local += right.local
        left.everywhere += right.everywhere
        left.withoutNode += right.withoutNode
        left.proxies += right.proxies
    }
}
