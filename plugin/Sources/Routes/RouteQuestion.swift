package import BGPTypes
import Planning
package import SpeakerAPI

/// What `routes` was asked for in words: `[available|advertised|received] [PREFIX]`.
package struct RouteQuestion: Hashable, Sendable {
    package let view: NodeRoutes.View

    /// Which part of the address space.
    package let range: Range?

    /// A prefix, whose own and more specific routes are meant, or an address, whose covering routes are.
    package enum Range: Hashable, Sendable {
        case within(IPPrefix)
        case covering(IPAddress)
    }

    /// Reads at most two words; throws ``CommandFailure`` for others.
    package init(_ words: [String]) throws {
        var words = words[...]
        if let named = words.first.flatMap(NodeRoutes.View.init(rawValue:)) {
            view = named
            words = words.dropFirst()
        } else {
            view = .advertised
        }
        guard let word = words.popFirst() else {
            range = nil
            return
        }
        guard words.isEmpty else {
            throw CommandFailure.usage("unexpected argument '\(words.joined(separator: " "))'")
        }
        if let address = IPAddress(word) {
            range = .covering(address)
        } else if let prefix = IPPrefix(word) {
            range = .within(prefix)
        } else {
            throw CommandFailure.usage(
                "'\(word)' is neither available, advertised or received nor an address or a prefix without host bits"
            )
        }
    }

    /// Whether the routes of a prefix are asked for.
    package func includes(_ prefix: IPPrefix) -> Bool {
        switch range {
        case nil: true
        case .within(let range): range.contains(prefix)
        case .covering(let address): prefix.contains(address)
        }
    }
}
