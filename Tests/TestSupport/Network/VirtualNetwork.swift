import FoundationEssentials
import Glibc
import Synchronization

/// Hosts in network namespaces of their own, joined by bridges: the racks of a test, on one machine.
///
/// Every host has `eth0`, `eth1`, … on the segments it names, and `mgmt0` on the management segment, over which
/// it reaches the control plane at `controlAddress` and nothing else. The control plane and all bridges live in one
/// more namespace, so nothing of ours appears in the machine's own network.
package final class VirtualNetwork: Sendable {
    /// Where the API server, the operator and kubectl run; the bridges are here too.
    package let control: NetworkHost
    /// The hosts by name.
    package let hosts: [String: NetworkHost]

    /// The control plane's address on the management segment (of 198.18.0.0/15, RFC 2544, never routed).
    package static let controlAddress = "198.18.0.1"

    private static let counter = Mutex(0)

    /// Builds the hosts and calls `body`; takes everything down again, also when `body` throws.
    package static func with<Result>(
        _ plan: [HostPlan],
        _ body: (VirtualNetwork) async throws -> Result
    ) async throws -> Result {
        let network = try await VirtualNetwork(plan)
        do {
            let result = try await body(network)
            network.takeDown()
            return result
        } catch {
            network.takeDown()
            throw error
        }
    }

    private init(_ plan: [HostPlan]) async throws {
        Self.removeStale()
        let number = Self.counter.withLock { count in
            count += 1
            return count
        }
        let stem = "\(Self.stem)-\(getpid())-\(number)"
        control = NetworkHost(name: "control", namespace: "\(stem)-control", managementAddress: Self.controlAddress)
        var hosts: [String: NetworkHost] = [:]
        for (index, host) in plan.enumerated() {
            hosts[host.name] = NetworkHost(
                name: host.name,
                namespace: "\(stem)-\(host.name)",
                managementAddress: "198.18.0.\(10 + index)"
            )
        }
        self.hosts = hosts
        do {
            try await build(plan)
        } catch {
            takeDown()
            throw error
        }
    }

    /// The host of that name.
    package subscript(_ name: String) -> NetworkHost {
        get throws {
            guard let host = hosts[name] else { throw Overdue(description: "no host is named \(name)") }
            return host
        }
    }

    private func build(_ plan: [HostPlan]) async throws {
        for host in [control] + hosts.values.sorted(by: { $0.name < $1.name }) {
            try await Command("ip", "netns", "add", host.namespace).run()
            // Addresses are usable at once when nobody asks first whether another host has them.
            try await host.command("sh", "-c", "echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad").run()
        }
        var segments: [String] = ["management"]
        for link in plan.flatMap(\.links) where !segments.contains(link.segment) { segments.append(link.segment) }
        var inControl = ["link set lo up"]
        for index in segments.indices {
            inControl += ["link add br\(index) type bridge", "link set br\(index) up"]
        }
        inControl.append("addr add \(Self.controlAddress)/24 dev br0")
        try await control.configure(inControl)

        for (index, host) in plan.enumerated() {
            let member = try self[host.name]
            let management = HostPlan.Link(segment: "management", addresses: ["\(member.managementAddress)/24"])
            let names = ["mgmt0"] + host.links.indices.map { "eth\($0)" }
            var lines = ["link set lo up"]
            for (position, link) in ([management] + host.links).enumerated() {
                let bridge = segments.firstIndex(of: link.segment) ?? 0
                let port = "p\(index)x\(position)"
                try await control.configure([
                    "link add \(port) type veth peer name \(names[position]) netns \(member.namespace)",
                    "link set \(port) master br\(bridge) up",
                ])
                lines += link.addresses.map { "addr add \($0) dev \(names[position])" }
                lines.append("link set \(names[position]) up")
            }
            try await member.configure(lines)
        }
    }

    /// Ends what still runs in the namespaces and removes them.
    private func takeDown() {
        for host in [control] + hosts.values.sorted(by: { $0.name < $1.name }) {
            Self.remove(host.namespace)
        }
    }

    private static func remove(_ namespace: String) {
        // Not by `run`, which waits as a cancelled test no longer can.
        let pids = (try? Command.blocking(["ip", "netns", "pids", namespace])) ?? ""
        for pid in pids.split(separator: "\n").compactMap({ pid_t($0) }) where pid != getpid() {
            _ = Glibc.kill(pid, SIGKILL)
        }
        _ = try? Command.blocking(["ip", "netns", "delete", namespace])
    }

    /// Removes the namespaces of test runs that were killed: their names carry the process id.
    private static func removeStale() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/run/netns")) ?? []
        for name in names.sorted() where name.hasPrefix("\(stem)-") {
            let parts = name.split(separator: "-")
            guard parts.count > 1, let pid = pid_t(parts[1]), Glibc.kill(pid, 0) != 0, errno == ESRCH else { continue }
            remove(name)
        }
    }

    private static let stem = "martlet"
}

/// A host as it should be built.
package struct HostPlan: Sendable {
    /// One interface: the segment it is on, and its addresses with prefix length.
    package struct Link: Sendable {
        /// The segment's name; hosts with the same segment see each other.
        package let segment: String
        /// Such as `10.0.0.1/24`, `fd00::1/64`.
        package let addresses: [String]

        /// An interface on a segment.
        package init(segment: String, addresses: [String]) {
            self.segment = segment
            self.addresses = addresses
        }
    }

    /// The host's name, short: letters and digits.
    package let name: String
    /// Its interfaces `eth0`, `eth1`, … in order.
    package let links: [Link]

    /// A host with any number of interfaces.
    package init(_ name: String, links: [Link]) {
        self.name = name
        self.links = links
    }

    /// A host with one interface.
    package init(_ name: String, on segment: String, _ addresses: String...) {
        self.init(name, links: [Link(segment: segment, addresses: addresses)])
    }
}
