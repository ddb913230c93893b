package import ArgumentParser
import BGPResources
import BGPTypes
import KubeClient

/// Which instances, peers and families an answer is about.
package struct PeerFilterOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Only these instances; several with commas or by repeating.", valueName: "name"))
    package var instance: [String] = []

    @Option(help: ArgumentHelp("Only these peers, by name or address.", valueName: "name"))
    package var peer: [String] = []

    @Option(help: ArgumentHelp("Only these families: ipv4, ipv6, ipv4/unicast, ipv6/unicast.", valueName: "family"))
    package var family: [String] = []

    package init() {}

    package func validate() throws {
        for word in Self.words(family) where !Self.families.contains(word) {
            throw ValidationError(
                "invalid family \"\(word)\", expected one of \(Self.families.joined(separator: ", "))"
            )
        }
    }

    /// Whether the instance is asked for.
    package func includes(instance name: String) -> Bool {
        instance.isEmpty || Self.words(instance).contains(name)
    }

    /// Whether the peer is asked for, by its name or by its address.
    package func includes(peer name: String, address: String?) -> Bool {
        guard !peer.isEmpty else { return true }
        let words = Self.words(peer)
        return words.contains(name) || address.map(words.contains) ?? false
    }

    /// Whether the family, such as `ipv4/unicast`, is asked for.
    package func includes(family name: String) -> Bool {
        guard !family.isEmpty else { return true }
        return Self.words(family).contains { name == $0 || name.hasPrefix($0 + "/") }
    }

    /// What to say of the peers that are named and that no node in the scope has.
    func absentees(among reports: [PeerReport]) -> [CommandFailure] {
        let names = Set(reports.flatMap { [$0.peer.name] + ($0.peer.peerAddress.map { [$0.description] } ?? []) })
        return Self.words(peer).filter { !names.contains($0) }.map {
            .error("no node has a peer \"\($0)\"", hint: "\"kubectl bgp peers\" lists them.")
        }
    }

    /// What of this a speaker can do itself, so that it sends less: one instance, one family.
    var query: [KubeRequest.Field] {
        var fields: [KubeRequest.Field] = []
        let instances = Self.words(instance)
        if instances.count == 1 { fields.append(.init("instance", instances[0])) }
        let families = Self.words(family)
        if families.count == 1 {
            fields.append(.init("family", families[0].contains("/") ? families[0] : families[0] + "/unicast"))
        }
        return fields
    }

    private static let families = ["ipv4", "ipv6", "ipv4/unicast", "ipv6/unicast"]

    private static func words(_ values: [String]) -> [String] {
        values.flatMap { $0.split(separator: ",") }.map { String($0.filter { !$0.isWhitespace }) }
    }
}
