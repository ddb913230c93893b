/// A host of a `VirtualNetwork`: a network namespace with a name.
package struct NetworkHost: Hashable, Sendable {
    /// The name in the test.
    package let name: String
    /// The namespace, for `ip netns exec`.
    package let namespace: String
    /// Its address on the management segment.
    package let managementAddress: String

    /// A command that runs on this host.
    package func command(_ arguments: String...) -> Command {
        command(arguments)
    }

    /// A command that runs on this host.
    package func command(_ arguments: [String], environment: [String: String] = [:], input: String = "") -> Command {
        Command(
            ["nsenter", "--net=/run/netns/\(namespace)", "--"] + arguments,
            environment: environment,
            input: input
        )
    }

    /// Carries out lines of `ip`, such as `addr add 10.0.0.1/24 dev eth0`.
    package func configure(_ lines: [String]) async throws {
        let input = lines.map { "\($0)\n" }.joined()
        try await Command(["ip", "-n", namespace, "-batch", "-"], input: input).run()
    }

    /// Drops TCP to and from this port without an answer, as a firewall would.
    package func block(tcpPort port: UInt16) async throws {
        let rules = """
            table inet martlet-test {
                chain input { type filter hook input priority 0; tcp dport \(port) drop; tcp sport \(port) drop; }
                chain output { type filter hook output priority 0; tcp dport \(port) drop; tcp sport \(port) drop; }
            }
            """
        try await command(["nft", "-f", "-"], input: rules).run()
    }

    /// Takes `block` back.
    package func unblock() async throws {
        try await command("nft", "delete", "table", "inet", "martlet-test").run()
    }
}
