import BGPResources
import Testing

/// One way in which a session fails: what is wrong, and what the speaker has to say about it.
struct FailureRow: Sendable, CustomTestStringConvertible {
    /// What is wrong, for the test's name.
    var what: String
    /// The router with its half of the mistake.
    var router: WrongRouter = .frr(" neighbor 10.0.0.1 remote-as 65001")
    /// The node's half.
    var node = NodeSide()
    /// Whether another router lies between the two.
    var isRouted = false
    /// Runs before the speaker starts.
    var before: (@Sendable (FailingSession) async throws -> Void)?
    /// Runs while the speaker starts.
    var meanwhile: (@Sendable (FailingSession) async throws -> Void)?
    /// Runs once the session is established; without it none has to be.
    var after: (@Sendable (FailingSession) async throws -> Void)?
    /// What the speaker is started with, as `setpriv`.
    var wrapper: [String] = []
    /// What has to be said.
    var says: Words

    /// The node's configuration, as far as rows differ.
    struct NodeSide: Sendable {
        /// Lines of the BGPPeerConfig's spec, in YAML's flow style.
        var peerConfig: [String] = []
        var peerAddress = "10.0.0.254"
        var peerASN = 65000
        var listens = false
        var hasPeerConfig = true
        /// The password in the Secret `password`, which exists only with one.
        var password: String?
        /// The source address that an override asks for.
        var localAddress: String?
        /// Addresses of more peers with the same settings, where nobody is.
        var neighbours: [String] = []
    }

    /// What a person has to be told; each text is a part of what is said.
    struct Words: Sendable {
        var reason: String
        var seen: String
        var cause: String
        var fix: String
        var notification: Notification?
        /// Whether it is about the instance's port rather than the peer.
        var isOfInstance = false

        /// The NOTIFICATION that belongs to it.
        struct Notification: Sendable, Equatable {
            var direction: SessionError.Direction
            var code: Int
            var subcode: Int
            var text: String?

            static func sent(_ code: Int, _ subcode: Int) -> Notification {
                Notification(direction: .sent, code: code, subcode: subcode)
            }

            static func received(_ code: Int, _ subcode: Int, _ text: String? = nil) -> Notification {
                Notification(direction: .received, code: code, subcode: subcode, text: text)
            }
        }
    }

    var testDescription: String { what }

    /// The node's objects.
    var manifests: String {
        let neighbours = node.neighbours.map {
            "        - {name: at-\($0), peerAddress: \($0), peerASN: \(node.peerASN), peerConfigRef: {name: router}}\n"
        }
        .joined()
        let settings = node.peerConfig + (node.password == nil ? [] : ["authSecretRef: password"])
        var objects = [
            """
            apiVersion: v1
            kind: Node
            metadata: {name: node}
            status:
              addresses: [{type: InternalIP, address: 10.0.0.1}]
            """,
            """
            apiVersion: martlet.dev/v2
            kind: BGPClusterConfig
            metadata: {name: cluster}
            spec:
              bgpInstances:
                - name: main
                  localASN: 65001
                  \(node.listens ? "localPort: 179" : "")
                  peers:
                    - name: router
                      peerAddress: \(node.peerAddress)
                      peerASN: \(node.peerASN)
                      peerConfigRef: {name: router}
            \(neighbours)
            """,
            """
            apiVersion: martlet.dev/v2
            kind: BGPAdvertisement
            metadata: {name: prefixes}
            spec:
              advertisements:
                - advertisementType: Prefixes
                  prefixes: [10.9.0.1/32, 10.9.0.2/32, 10.9.0.3/32]
            """,
        ]
        if node.hasPeerConfig {
            objects.append(
                """
                apiVersion: martlet.dev/v2
                kind: BGPPeerConfig
                metadata: {name: router}
                spec:
                  families: [{afi: ipv4, safi: unicast, advertisements: {}}]
                \(settings.map { "  \($0)\n" }.joined())
                """
            )
        }
        if let password = node.password {
            objects.append(
                """
                apiVersion: v1
                kind: Secret
                metadata: {name: password, namespace: martlet-system}
                stringData: {password: \(password)}
                """
            )
        }
        if let localAddress = node.localAddress {
            objects.append(
                """
                apiVersion: martlet.dev/v2
                kind: BGPNodeConfigOverride
                metadata: {name: node}
                spec:
                  bgpInstances:
                    - name: main
                      peers: [{name: router, localAddress: \(localAddress)}]
                """
            )
        }
        return objects.joined(separator: "\n---\n") + "\n"
    }
}
