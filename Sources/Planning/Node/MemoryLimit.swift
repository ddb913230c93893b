/// How much memory this program may take, as its cgroup or else the machine says.
package struct MemoryLimit: Hashable, Sendable {
    /// Who says so.
    package enum Source: String, Hashable, Sendable {
        /// The cgroup, or one that it is part of.
        case cgroup
        /// No cgroup sets a limit below the machine's memory.
        case machine
        /// Nothing can be read.
        case unknown
    }

    /// In octets.
    package let octets: Int
    /// Who says so.
    package let source: Source

    /// What is taken for the limit when nothing can be read.
    private static let assumed = 512 << 20

    /// Reads the limit; `text` gives the text of the file at a path, nil when there is none.
    package init(text: (String) -> String?) {
        let machine = text("/proc/meminfo").flatMap(Self.total)
        let cgroups = Self.limitFiles(text("/proc/self/cgroup") ?? "").compactMap { path in
            // "max" is no number, and the first version says "none" by one that no machine has.
            text(path).flatMap { Int($0.trimmingPrefix { $0.isWhitespace }.prefix { !$0.isWhitespace }) }
        }
        let limit = cgroups.filter { $0 > 0 && $0 < machine ?? 1 << 50 }.min()
        if let limit {
            (octets, source) = (limit, .cgroup)
        } else if let machine {
            (octets, source) = (machine, .machine)
        } else {
            (octets, source) = (Self.assumed, .unknown)
        }
    }

    /// What received routes get of it: a quarter, and no more than helps anybody on a machine without limits.
    package var receivedRoutes: Int { min(max(octets / 4, Self.leastReceivedRoutes), Self.mostReceivedRoutes) }

    /// Less than this does not count what one router with a large table sends.
    package static let leastReceivedRoutes = 1 << 20
    /// More than forty million prefixes.
    private static let mostReceivedRoutes = 512 << 20

    /// The files that may hold a limit, from `/proc/self/cgroup` (cgroups(7)): those of the cgroups the process is in and of
    /// all above them, and of the root, which inside a container is the container's own.
    private static func limitFiles(_ membership: String) -> [String] {
        var files: [String] = []
        for line in membership.split(separator: "\n") {
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { continue }
            let isUnified = fields[0] == "0" && fields[1].isEmpty
            guard isUnified || fields[1].split(separator: ",").contains("memory") else { continue }
            let file = isUnified ? "memory.max" : "memory.limit_in_bytes"
            var directory = isUnified ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory"
            files.append("\(directory)/\(file)")
            let steps = fields[2].split(separator: "/")
            // A cgroup beside the container's root cannot be seen from here.
            guard !steps.contains("..") else { continue }
            for step in steps {
                directory += "/\(step)"
                files.append("\(directory)/\(file)")
            }
        }
        return files
    }

    /// `MemTotal:       16303424 kB`.
    private static func total(_ meminfo: String) -> Int? {
        guard let line = meminfo.split(separator: "\n").first(where: { $0.hasPrefix("MemTotal:") }) else { return nil }
        let fields = line.split(separator: " ")
        guard fields.count >= 2, let kilobytes = Int(fields[1]), kilobytes > 0, kilobytes < 1 << 50 else { return nil }
        return kilobytes << 10
    }
}
