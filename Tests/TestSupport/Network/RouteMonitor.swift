/// Everything that happened to a host's own routing table, in order, as the kernel reported it.
///
/// Polling a router shows its state now and then; the kernel's notifications show every state there was, so an
/// "at no moment" can be asserted.
package final class RouteMonitor: Sendable {
    private let process: RunningProcess
    private let directory: TemporaryDirectory
    private let host: NetworkHost

    /// Begins to listen; returns when the kernel is known to be heard.
    package init(_ host: NetworkHost) async throws {
        self.host = host
        directory = try TemporaryDirectory("monitor")
        process = try host.command("ip", "-o", "monitor", "route").start(log: directory.path("routes"))
        // A route of our own comes through once the monitor listens. It goes again each time, since the kernel says
        // nothing about a route that is replaced by the same.
        _ = try await eventually("the route monitor of \(host.name) listens") {
            try await host.command("ip", "route", "add", "blackhole", Self.sign).run()
            try await host.command("ip", "route", "del", "blackhole", Self.sign).run()
            return process.output.contains(Self.sign) ? true : nil
        }
    }

    /// One change of one prefix: the next hops it has from now on, none when the route went.
    package struct Change: Hashable, Sendable, CustomStringConvertible {
        /// The prefix, with its length.
        package let prefix: String
        /// Sorted.
        package let nextHops: [String]

        /// `10.86.55.1/32 via [10.86.5.206]`.
        package var description: String { "\(prefix) via \(nextHops)" }
    }

    /// The changes of one prefix so far, oldest first.
    package func changes(of prefix: String) -> [Change] {
        process.output.split(separator: "\n").compactMap { Self.change($0) }.filter { $0.prefix == prefix }
    }

    /// Waits until the kernel has a prefix by these next hops, sorted, which it has a little after the router's own table,
    /// and maybe one by one; returns how many changes there were until then.
    package func changes(of prefix: String, until nextHops: [String]) async throws -> Int {
        try await eventually("the kernel has \(prefix) by all its next hops", is: nextHops) {
            changes(of: prefix).last?.nextHops ?? []
        }
        return changes(of: prefix).count
    }

    /// Reads one line of `ip -o monitor route`; `nil` for what is not a route that BGP installed.
    static func change(_ line: Substring) -> Change? {
        var words = line.replacing("\\", with: " ").split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)
        let deleted = words.first == "Deleted"
        if deleted { words.removeFirst() }
        guard let destination = words.first, line.contains("proto bgp") || line.contains("proto bird") else {
            return nil
        }
        let length = destination.contains(":") ? 128 : 32
        let prefix = destination.contains("/") ? destination : "\(destination)/\(length)"
        guard !deleted else { return Change(prefix: prefix, nextHops: []) }
        let hops = words.indices.dropLast().filter { words[$0] == "via" }.map { words[$0 + 1] }
        return Change(prefix: prefix, nextHops: hops.sorted())
    }

    private static let sign = "192.0.0.99"
}
