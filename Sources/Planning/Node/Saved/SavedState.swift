package import BGPEngine
import BGPResources
import BGPTypes
import BGPWire
import KubeModel

/// What a speaker needs to go on announcing after a restart without an API server: its configuration and its routes.
package struct SavedState: Equatable, Sendable {
    /// What the node was asked to do.
    package let configuration: NodeConfiguration
    /// The passwords by name of their Secret.
    package let passwords: [String: Password]
    /// The routes of every peer.
    package let desired: [PeerID: RouteTable]

    /// Takes the three.
    package init(configuration: NodeConfiguration, passwords: [String: Password], desired: [PeerID: RouteTable]) {
        self.configuration = configuration
        self.passwords = passwords
        self.desired = desired
    }

    /// How many routes there are, over all peers.
    package var routeCount: Int { desired.values.reduce(0) { $0 + $1.count } }
}

extension SavedState: Codable {
    /// The file's form.
    ///
    /// Objects are kept as manifests, routes once per set of peers that share them.
    private struct Document: Codable, Equatable {
        var node: String
        var object: Node?
        var podNetworks: PodNetworks?
        var nodeConfig: BGPNodeConfig?
        var peerConfigs: [BGPPeerConfig]
        var advertisements: [BGPAdvertisement]?
        var namespace: String
        var unusableSecrets: [String]
        /// Of those what is wrong with their passwords; absent in files of before.
        var passwordFaults: [String: PasswordFault]?
        /// The only place where passwords are written; the file is readable by its owner alone.
        var passwords: [String: [UInt8]]
        var interfaces: [Interface]
        var gateways: [ScopedAddress]
        var groups: [Group]
    }

    private struct Interface: Codable, Equatable {
        var name: String
        var addresses: [IPAddress]
    }

    private struct Group: Codable, Equatable {
        var peers: [SavedPeer]
        var routes: [SavedRoute]
    }

    /// Reads the file's form.
    package init(from decoder: any Decoder) throws {
        let document = try Document(from: decoder)
        let passwords = document.passwords.compactMapValues { Password(String(decoding: $0, as: UTF8.self)) }
        self.passwords = passwords
        configuration = NodeConfiguration(
            nodeName: document.node,
            node: document.object,
            podNetworks: document.podNetworks ?? PodNetworks(),
            nodeConfig: document.nodeConfig,
            peerConfigs: document.peerConfigs,
            advertisements: document.advertisements ?? [],
            interfaces: document.interfaces.map { InterfaceAddresses(name: $0.name, addresses: $0.addresses) },
            defaultGateways: document.gateways,
            secrets: KnownSecrets(
                namespace: document.namespace,
                usable: Set(passwords.keys),
                unusable: Set(document.unusableSecrets),
                faults: document.passwordFaults ?? [:]
            )
        )
        var desired: [PeerID: RouteTable] = [:]
        for group in document.groups {
            let routes = RouteTable(group.routes.map(\.route))
            for peer in group.peers { desired[peer.id] = routes }
        }
        self.desired = desired
    }

    /// Whether the file of this state could be that of the other but for the routes of the same peers.
    package func differsInRoutesAlone(from other: SavedState) -> Bool {
        desired.keys == other.desired.keys && document(groups: []) == other.document(groups: [])
    }

    /// Writes the file's form, with the passwords.
    package func encode(to encoder: any Encoder) throws {
        var groups: [(table: RouteTable, peers: [PeerID])] = []
        for (peer, table) in desired.sorted(by: { $0.key < $1.key }) {
            if let index = groups.firstIndex(where: { $0.table == table }) {
                groups[index].peers.append(peer)
            } else {
                groups.append((table, [peer]))
            }
        }
        let document = document(
            groups: groups.map { group in
                Group(peers: group.peers.map(SavedPeer.init), routes: group.table.routes.map(SavedRoute.init))
            }
        )
        try document.encode(to: encoder)
    }

    private func document(groups: [Group]) -> Document {
        let referenced = Set(
            (configuration.nodeConfig?.spec.bgpInstances ?? []).flatMap(\.peers).compactMap(\.peerConfigRef?.name)
        )
        return Document(
            node: configuration.nodeName,
            object: configuration.node,
            podNetworks: configuration.podNetworks,
            nodeConfig: configuration.nodeConfig,
            peerConfigs: configuration.peerConfigs.filter { referenced.contains($0.metadata.name) },
            advertisements: configuration.advertisements,
            namespace: configuration.secrets.namespace,
            unusableSecrets: configuration.secrets.unusable.sorted(),
            passwordFaults: configuration.secrets.faults.isEmpty ? nil : configuration.secrets.faults,
            passwords: passwords.mapValues(\.octets),
            interfaces: configuration.interfaces.map { Interface(name: $0.name, addresses: $0.addresses) },
            gateways: configuration.defaultGateways,
            groups: groups
        )
    }
}
