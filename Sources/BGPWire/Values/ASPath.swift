package import BGPTypes

/// The autonomous systems that a route has passed, the nearest first (RFC 4271 §5.1.2).
package struct ASPath: Hashable, Sendable {
    /// A run of AS numbers of one kind.
    package struct Segment: Hashable, Sendable {
        /// What a segment means, by its code on the wire.
        package struct Kind: Hashable, Sendable, RawRepresentable {
            /// The code on the wire.
            package let rawValue: UInt8

            /// Takes any code; only the four named ones are legal.
            package init(rawValue: UInt8) {
                self.rawValue = rawValue
            }

            /// AS_SET: unordered (RFC 4271 §4.3).
            package static let set = Kind(rawValue: 1)
            /// AS_SEQUENCE: ordered (RFC 4271 §4.3).
            package static let sequence = Kind(rawValue: 2)
            /// AS_CONFED_SEQUENCE (RFC 5065 §3).
            package static let confederationSequence = Kind(rawValue: 3)
            /// AS_CONFED_SET (RFC 5065 §3).
            package static let confederationSet = Kind(rawValue: 4)

            /// Whether it describes a confederation's inside.
            package var isConfederation: Bool { self == .confederationSequence || self == .confederationSet }
        }

        /// What the segment means.
        package var kind: Kind
        /// 1 to 255 numbers on the wire; longer sequences are split when encoded.
        package var numbers: [ASNumber]

        /// Joins kind and numbers.
        package init(_ kind: Kind, _ numbers: [ASNumber]) {
            self.kind = kind
            self.numbers = numbers
        }
    }

    /// From the nearest to the origin.
    package var segments: [Segment]

    /// Takes segments as they are.
    package init(segments: [Segment] = []) {
        self.segments = segments
    }

    /// One AS_SEQUENCE, or the empty path for no numbers.
    package init(sequence numbers: [ASNumber]) {
        segments = numbers.isEmpty ? [] : [Segment(.sequence, numbers)]
    }

    /// The path of a route that its own AS originates.
    package static let empty = ASPath()

    /// The length as route selection counts it: a set counts one, confederation segments nothing
    /// (RFC 4271 §9.1.2.2, RFC 5065 §5.3).
    package var length: Int {
        segments.reduce(0) { sum, segment in
            switch segment.kind {
            case .sequence: sum + segment.numbers.count
            case .set: sum + 1
            default: sum
            }
        }
    }

    /// The neighbouring AS: the first number, if the path starts with an AS_SEQUENCE.
    package var firstNumber: ASNumber? {
        guard let first = segments.first, first.kind == .sequence else { return nil }
        return first.numbers.first
    }

    /// All numbers in order, whatever their segments.
    package var numbers: [ASNumber] { segments.flatMap(\.numbers) }

    /// Whether a number occurs anywhere (RFC 4271 §9: AS loop detection).
    package func contains(_ number: ASNumber) -> Bool {
        segments.contains { $0.numbers.contains(number) }
    }
}

extension ASPath: CustomStringConvertible {
    /// Numbers separated by spaces, sets in braces, confederation segments in brackets.
    package var description: String {
        segments.map { segment in
            switch segment.kind {
            case .set: "{" + segment.numbers.map(\.description).joined(separator: ",") + "}"
            case .confederationSequence: "(" + segment.numbers.map(\.description).joined(separator: " ") + ")"
            case .confederationSet: "[" + segment.numbers.map(\.description).joined(separator: ",") + "]"
            default: segment.numbers.map(\.description).joined(separator: " ")
            }
        }
        .joined(separator: " ")
    }
}
