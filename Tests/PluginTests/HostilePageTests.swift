import BGPResources
import KubeJSON
import KubeModel
import SpeakerAPI
import Testing
import kubectl_bgp

/// Speakers and objects that say what nobody should, and what reaches the person's terminal.
struct HostilePageTests {
    /// Clears the screen, sets the title, turns the text round, breaks the line, and goes on as another row.
    private static let evil =
        "\u{1B}[2J\u{1B}]0;owned\u{7}\u{9B}31m\u{202E}\u{200B}\u{0}\r\n\u{2028}node-z\tup\u{7F}"

    private static let commands = [
        ["peers"], ["peers", "-o", "wide"], ["peers", "-o", "yaml"], ["peers", "-o", "json"], ["peers", "-o", "name"],
        ["routes"], ["routes", "-o", "wide"], ["routes", "-o", "yaml"], ["routes", "-o", "json"],
        ["routes", "-o", "name"], ["routes", "received"], ["explain", "service", "shop/web"],
        ["explain", "service", "shop/web", "-o", "yaml"], ["explain", "route", "192.0.2.1"],
        ["explain", "node", "node-a"], ["explain", "peer", "tor-a"], ["pools"], ["pools", "-o", "wide"],
    ]

    @Test func `no text of a speaker or an object acts on a terminal`() async throws {
        for place in Place.allCases {
            let document = try JSON.decode(JSONValue.self, from: place.text)
            #expect(document.texts > 5)
            for index in 0..<document.texts {
                var left = index
                let cluster = try Self.cluster(place, document.replacingText(at: &left, with: Self.evil))
                for command in Self.commands where place.isShown(by: command) {
                    let outcome = await run(command, against: cluster)
                    let text = outcome.output + outcome.errors
                    #expect(text.unicodeScalars.allSatisfy { !$0.acts }, "\(command) with text \(index) of \(place)")
                    #expect(!text.contains("\nnode-z"), "\(command) with text \(index) of \(place)")
                }
            }
        }
    }

    @Test(arguments: [
        "", "null", "7", "\"text\"", "[]", "{", "<html>sign in</html>", "{\"node\": 1, \"peers\": {}, \"routes\": 5}",
        "{\"node\": \"a\", \"peers\": [null, 1, [], {}], \"routes\": [null, 1, [], {}], \"view\": \"none\"}",
        String(repeating: "[", count: 10_000), "{\"node\":" + String(repeating: "{\"a\":", count: 10_000),
        String(repeating: "x", count: 100_000) + "\u{1B}[2J", "{\"node\": 1e999999, \"peers\": [1e999999]}",
    ])
    func `a page that makes no sense costs its node alone, in one line`(page: String) async throws {
        for command in [["peers"], ["routes"], ["explain", "service", "shop/web"], ["explain", "route", "192.0.2.1"]] {
            var cluster = try Self.cluster(nil, .null)
            for name in cluster.pods.keys where name.hasPrefix("speaker-a:") { cluster.pods[name] = page }
            let outcome = await run(command, against: cluster)
            #expect((outcome.output + outcome.errors).unicodeScalars.allSatisfy { !$0.acts })
            let lines = outcome.errors.split(separator: "\n")
            #expect(lines.allSatisfy { $0.utf8.count < 1000 }, "\(lines.map(\.count))")
            if command == ["routes"] {
                #expect(outcome.status == .failure)
                #expect(lines.contains { $0.contains("node-a") }, "\(lines)")
            }
        }
    }

    /// Where a text can come from.
    private enum Place: CaseIterable {
        case peers, routes, nodeConfig, pool

        /// Whether a command tells of what is there.
        func isShown(by command: [String]) -> Bool {
            switch self {
            case .peers: command[0] == "explain"
            case .routes: command[0] == "routes" || command[0] == "explain"
            case .nodeConfig: command[0] == "peers" || command[0] == "explain"
            case .pool: command[0] == "pools"
            }
        }

        /// What is there as it should be.
        var text: String {
            switch self {
            case .peers:
                """
                {"node": "node-a", "gates": {"dataPath": "ready"},
                 "instances": [{"name": "main", "listening": ["10.0.0.1:179"], "problem": "a problem", "reason": "Any"}],
                 "peers": [{"instance": "main", \(HostilePageTests.peer)}]}
                """
            case .routes:
                """
                {"apiVersion": "martlet.dev/v2", "kind": "NodeRoutes", "node": "node-a", "view": "advertised",
                 "truncated": false, "routes": [
                 {"instance": "main", "peer": "tor-a", "peerAddress": "10.0.0.254", "family": "ipv4/unicast",
                  "prefix": "192.0.2.1/32", "nextHop": "10.0.0.1", "origin": "igp", "asPath": [65001], "med": 10,
                  "communities": ["65000:1"], "largeCommunities": ["65000:1:2"], "since": "2027-01-15T07:59:19Z",
                  "sources": [{"advertisement": "public", "type": "Service", "object": "shop/web",
                               "address": "LoadBalancerIP"}]}]}
                """
            case .nodeConfig:
                """
                {"metadata": {"name": "node-a", "resourceVersion": "1"},
                 "spec": {"bgpInstances": [{"name": "main", "localASN": 65001, "routerID": "10.0.0.1",
                   "peers": [{"name": "tor-a", "peerAddress": "10.0.0.254", "peerASN": 65000,
                              "peerConfigRef": {"name": "tor"}}]}]},
                 "status": {"problem": "a problem", "conditions": [{"type": "Ready", "status": "True",
                    "reason": "Any", "message": "a message", "lastTransitionTime": "2027-01-15T07:59:19Z"}],
                   "bgpInstances": [{"name": "main", "localASN": 65001, "routerID": "10.0.0.1",
                    "peers": [{\(HostilePageTests.peer)}]}]}}
                """
            case .pool:
                """
                {"metadata": {"name": "public", "resourceVersion": "1"}, "spec": {"blocks": [{"cidr": "192.0.2.0/24"}]},
                 "status": {"conditions": [{"type": "Ready", "status": "False", "reason": "Any",
                   "message": "a message", "lastTransitionTime": "2027-01-15T07:59:19Z"}]}}
                """
            }
        }
    }

    private static let peer = """
        "name": "tor-a", "peerAddress": "10.0.0.254", "peerASN": 65000, "peeringState": "active",
        "stateSince": "2027-01-15T07:59:19Z", "lastError": {"reason": "Ceased", "message": "a message",
        "time": "2027-01-15T07:59:19Z", "direction": "Received", "code": 6, "subcode": 2, "text": "moving",
        "cause": "a cause", "fix": "a fix"}
        """

    /// A node, its speaker and a Service, with another document in one place.
    private static func cluster(_ place: Place?, _ document: JSONValue) throws -> FixedCluster {
        func text(_ wanted: Place) throws -> String {
            wanted == place ? String(decoding: try JSON.encode(document), as: UTF8.self) : wanted.text
        }
        func json(_ wanted: Place) throws -> JSONValue { try JSON.decode(JSONValue.self, from: try text(wanted)) }
        var cluster = FixedCluster(
            objects: [
                Node(metadata: ObjectMeta(name: "node-a")),
                try JSON.decode(
                    Service.self,
                    from: """
                        {"metadata": {"name": "web", "namespace": "shop"},
                         "spec": {"type": "LoadBalancer", "ports": [{"port": 80}]},
                         "status": {"loadBalancer": {"ingress": [{"ip": "192.0.2.1"}]}}}
                        """
                ),
                Pod.speaker("a"),
            ],
            pods: [
                "speaker-a:9179/v1/peers": try text(.peers),
                "speaker-a:9179/v1/routes/advertised": try text(.routes),
                "speaker-a:9179/v1/routes/received": try text(.routes),
                "speaker-a:9179/v1/routes/available": try text(.routes),
            ]
        )
        cluster.odd = ["bgpnodeconfigs": [try json(.nodeConfig)], "loadbalancerippools": [try json(.pool)]]
        return cluster
    }
}

extension Unicode.Scalar {
    /// Whether a terminal does something other than drawing, the end of a line apart.
    fileprivate var acts: Bool {
        switch properties.generalCategory {
        case .control: self != "\n"
        case .lineSeparator, .paragraphSeparator, .format: true
        default: false
        }
    }
}

extension JSONValue {
    /// How many texts it holds, names of fields apart.
    fileprivate var texts: Int {
        switch self {
        case .string: 1
        case .array(let items): items.reduce(0) { $0 + $1.texts }
        case .object(let fields): fields.values.reduce(0) { $0 + $1.texts }
        default: 0
        }
    }

    /// The document with the text of this number replaced.
    fileprivate func replacingText(at index: inout Int, with text: String) -> JSONValue {
        switch self {
        case .string:
            index -= 1
            return index == -1 ? .string(text) : self
        case .array(let items):
            return .array(items.map { $0.replacingText(at: &index, with: text) })
        case .object(let fields):
            var other = fields
            for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
                other[name] = value.replacingText(at: &index, with: text)
            }
            return .object(other)
        default: return self
        }
    }
}
