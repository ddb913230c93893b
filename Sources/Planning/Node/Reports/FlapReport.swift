package import BGPTypes
import PlainText

/// Gathers the prefixes that began to flap into few lines of the log: one at once, then at most one in ten seconds.
package struct FlapReport: Sendable {
    private var gathered: [IPPrefix] = []
    private var count = 0
    private var next: Duration = .zero

    /// Has nothing gathered.
    package init() {}

    /// Takes prefixes that began to flap; returns what is to be said now, if anything.
    package mutating func text(of beginners: [IPPrefix], at now: Duration) -> String? {
        count += beginners.count
        gathered += beginners.prefix(max(0, 10 - gathered.count))
        guard count > 0, now >= next else { return nil }
        next = now + .seconds(10)
        defer { (gathered, count) = ([], 0) }
        let names = gathered.map(\.description)
        return count > names.count
            ? "\(names.joined(separator: ", ")) and \(count - names.count) more" : names.asSentence()
    }
}
