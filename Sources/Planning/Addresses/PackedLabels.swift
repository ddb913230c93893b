/// Labels in one run of octets, since a Service can have hundreds, and a dictionary takes three times as much.
package struct PackedLabels: Hashable, Sendable {
    /// Each label as the lengths of key and value, four octets each, then key and value, in the order of the keys.
    private var octets: [UInt8] = []

    /// Packs labels.
    package init(_ labels: [String: String]) {
        guard !labels.isEmpty else { return }
        let length = labels.reduce(0) { $0 + Self.head + $1.key.utf8.count + $1.value.utf8.count }
        octets.reserveCapacity(length)
        for (key, value) in labels.sorted(by: { $0.key < $1.key }) {
            append(key.utf8.count)
            append(value.utf8.count)
            octets += key.utf8
            octets += value.utf8
        }
    }

    /// Whether there are none.
    package var isEmpty: Bool { octets.isEmpty }

    /// The value of a label; nil when there is no such label.
    package subscript(name: String) -> String? {
        let wanted = Array(name.utf8)
        var place = 0
        while place < octets.count {
            let key = place + Self.head
            let value = key + length(at: place)
            let end = value + length(at: place + Self.head / 2)
            if value - key == wanted.count, octets[key..<value].elementsEqual(wanted) {
                return String(decoding: octets[value..<end], as: UTF8.self)
            }
            place = end
        }
        return nil
    }

    private static let head = 8

    private mutating func append(_ length: Int) {
        for shift in stride(from: 0, to: 32, by: 8) { octets.append(UInt8(truncatingIfNeeded: length >> shift)) }
    }

    private func length(at place: Int) -> Int {
        (0..<4).reduce(0) { $0 | Int(octets[place + $1]) << (8 * $1) }
    }
}
