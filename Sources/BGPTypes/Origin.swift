import PlainText

/// How the first speaker came to know a route, by its code on the wire (RFC 4271 §5.1.1).
package enum Origin: UInt8, ListedValue {
    case igp = 0
    case egp = 1
    case incomplete = 2

    /// `IGP`, `EGP` or `Incomplete`, as resources write it.
    package var name: String {
        switch self {
        case .igp: "IGP"
        case .egp: "EGP"
        case .incomplete: "Incomplete"
        }
    }
}

extension Origin: Comparable, CustomStringConvertible {
    /// By preference: the lower is preferred.
    package static func < (left: Origin, right: Origin) -> Bool {
        left.rawValue < right.rawValue
    }

    /// `igp`, `egp` or `incomplete`, as routes are printed.
    package var description: String {
        switch self {
        case .igp: "igp"
        case .egp: "egp"
        case .incomplete: "incomplete"
        }
    }
}
