/// How the first speaker came to know a route (RFC 4271 §5.1.1); lower is preferred.
package enum Origin: UInt8, Hashable, Sendable, CaseIterable, Comparable, CustomStringConvertible {
    case igp = 0
    case egp = 1
    case incomplete = 2

    /// By preference.
    package static func < (left: Origin, right: Origin) -> Bool {
        left.rawValue < right.rawValue
    }

    /// `igp`, `egp` or `incomplete`.
    package var description: String {
        switch self {
        case .igp: "igp"
        case .egp: "egp"
        case .incomplete: "incomplete"
        }
    }
}
