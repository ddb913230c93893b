/// The `metadata.uid` of an object in sixteen octets where it is a UUID as API servers write it, else as text.
package enum ObjectUID: Hashable, Sendable {
    case uuid(UInt64, UInt64)
    case text(String)

    /// Takes a uid as it is written.
    package init(_ text: String) {
        var high: UInt64 = 0
        var low: UInt64 = 0
        var place = 0
        for octet in text.utf8 {
            switch (octet, place) {
            case (UInt8(ascii: "-"), 8), (UInt8(ascii: "-"), 13), (UInt8(ascii: "-"), 18), (UInt8(ascii: "-"), 23):
                break
            case (UInt8(ascii: "0")...UInt8(ascii: "9"), _), (UInt8(ascii: "a")...UInt8(ascii: "f"), _):
                let digit = UInt64(
                    octet <= UInt8(ascii: "9") ? octet - UInt8(ascii: "0") : octet - UInt8(ascii: "a") + 10
                )
                if place < 18 { high = high << 4 | digit } else { low = low << 4 | digit }
            default: place = Self.length
            }
            place += 1
        }
        let value = Self.uuid(high, low)
        // Whatever reads as one and is written in another way stays as it is.
        self = place == Self.length && value.description == text ? value : .text(text)
    }

    private static let length = 36
}

extension ObjectUID: CustomStringConvertible {
    /// The uid as it was written.
    package var description: String {
        guard case .uuid(let high, let low) = self else {
            guard case .text(let text) = self else { return "" }
            return text
        }
        var octets: [UInt8] = []
        octets.reserveCapacity(Self.length)
        for half in [high, low] {
            for shift in stride(from: UInt64(60), through: 0, by: -4) {
                let digit = UInt8(truncatingIfNeeded: half >> shift & 0xF)
                octets.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
                if [8, 13, 18, 23].contains(octets.count) { octets.append(UInt8(ascii: "-")) }
            }
        }
        return String(decoding: octets, as: UTF8.self)
    }
}
