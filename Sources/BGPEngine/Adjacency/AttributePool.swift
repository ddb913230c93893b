/// Encoded attributes, each set once, by small numbers that are given out and given back.
struct AttributePool: Sendable {
    private var sets: [[UInt8]] = []
    private var users: [UInt32] = []
    private var free: [UInt32] = []
    private var numbers: [[UInt8]: UInt32] = [:]

    /// How many different sets there are.
    var count: Int { numbers.count }

    /// The memory of the sets, in octets: their own, and what their places and the index take.
    private(set) var octets = 0
    private static let overhead = 96

    /// The number of a set, 1 or more, counted as used `times` more.
    mutating func number(of set: [UInt8], times: Int) -> UInt32 {
        if let number = numbers[set] {
            users[Int(number) - 1] &+= UInt32(clamping: times)
            return number
        }
        octets += set.count + Self.overhead
        let number: UInt32
        if let reused = free.popLast() {
            number = reused
            sets[Int(number) - 1] = set
            users[Int(number) - 1] = UInt32(clamping: times)
        } else {
            sets.append(set)
            users.append(UInt32(clamping: times))
            number = UInt32(clamping: sets.count)
        }
        numbers[set] = number
        return number
    }

    /// Gives back one use; what nobody uses is forgotten.
    mutating func release(_ number: UInt32) {
        let index = Int(number) - 1
        guard users.indices.contains(index), users[index] > 0 else { return }
        users[index] -= 1
        guard users[index] == 0 else { return }
        numbers[sets[index]] = nil
        octets -= sets[index].count + Self.overhead
        sets[index] = []
        free.append(number)
    }

    /// The set with a number.
    func set(_ number: UInt32) -> [UInt8] {
        let index = Int(number) - 1
        return sets.indices.contains(index) ? sets[index] : []
    }
}
