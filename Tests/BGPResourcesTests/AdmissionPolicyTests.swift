import KubeJSON
import KubeModel
import KubeYAML
import TestSupport
import Testing

/// What `config/policy` lets the programs' tokens write, with the rules evaluated as an API server does.
struct AdmissionPolicyTests {
    private static let key = "authentication.kubernetes.io/node-name"

    /// Who asks.
    private struct User {
        var name: String
        var node: String?
        var hasExtra = true

        static func speaker(on node: String?, hasExtra: Bool = true) -> User {
            User(name: "system:serviceaccount:martlet-system:bgp-speaker", node: node, hasExtra: hasExtra)
        }
        static let bgpOperator = User(name: "system:serviceaccount:martlet-system:bgp-operator", node: "n9")
        static let somebody = User(name: "system:serviceaccount:kube-system:else", node: nil)

        var json: JSONValue {
            var info: [String: JSONValue] = ["username": .string(name)]
            if hasExtra { info["extra"] = node.map { [AdmissionPolicyTests.key: [.string($0)]] } ?? [:] }
            return ["userInfo": .object(info)]
        }
    }

    private struct Policy {
        let spec: JSONValue

        init(_ name: String) throws {
            let texts = try ["node-status", "events"].map { try Checkout.read("config/policy/\($0).yaml") }
            let objects = try texts.flatMap { try YAMLDocument.parse($0, file: "policy").map(\.json) }
            let policy = objects.first {
                $0["kind"] == "ValidatingAdmissionPolicy" && $0["metadata"]?["name"]?.string == name
            }
            spec = try #require(policy?["spec"])
            #expect(spec["failurePolicy"] == "Fail")
            let binding = objects.first {
                $0["kind"] == "ValidatingAdmissionPolicyBinding" && $0["spec"]?["policyName"]?.string == name
            }
            #expect(binding?["spec"]?["validationActions"] == ["Deny"])
        }

        private func texts(_ list: String, _ field: String) -> [String] {
            (spec[list]?.array ?? []).compactMap { $0[field]?.string }
        }

        /// Whether the write passes; an error in an expression refuses it, as `failurePolicy` says.
        func allows(_ user: User, _ object: JSONValue, over old: JSONValue) async throws -> Bool {
            var values = ["request": user.json, "object": object, "oldObject": old]
            let conditions = try await CEL.evaluate(texts("matchConditions", "expression").map { ($0, values) })
            guard conditions.allSatisfy({ $0 == true }) else { return conditions.contains(false) }
            var variables: [String: JSONValue] = [:]
            for variable in spec["variables"]?.array ?? [] {
                values["variables"] = .object(variables)
                let rule = try #require(variable["expression"]?.string)
                let value = try #require(try await CEL.evaluate([(rule, values)]).first)
                variables[try #require(variable["name"]?.string)] = value["text"] ?? value
            }
            values["variables"] = .object(variables)
            let verdicts = try await CEL.evaluate(texts("validations", "expression").map { ($0, values) })
            #expect(!verdicts.isEmpty)
            return verdicts.allSatisfy { $0 == true }
        }
    }

    private func config(_ node: String, asn: Int64 = 65001) -> JSONValue {
        ["metadata": ["name": .string(node)], "spec": ["bgpInstances": [["localASN": .integer(asn)]]]]
    }

    @Test func `a speaker writes the status of its own node alone, and only with the token of its pod`() async throws {
        let policy = try Policy("martlet-node-status")
        #expect(
            policy.spec["matchConstraints"]?["resourceRules"]?.array?.first?["resources"] == ["bgpnodeconfigs/status"]
        )
        let (own, other) = (config("n1"), config("n2"))
        #expect(try await policy.allows(.speaker(on: "n1"), own, over: own))
        #expect(try await !policy.allows(.speaker(on: "n1"), other, over: other))
        #expect(try await !policy.allows(.speaker(on: nil), own, over: own))
        #expect(try await !policy.allows(.speaker(on: nil, hasExtra: false), own, over: own))
        #expect(try await !policy.allows(.speaker(on: "n1"), config("n1", asn: 1), over: own))
        // Everybody else is none of its business.
        #expect(try await policy.allows(.somebody, other, over: other))
    }

    private func event(_ controller: String, about node: String) -> JSONValue {
        ["reportingController": .string("martlet.dev/\(controller)"), "regarding": ["name": .string(node)]]
    }

    @Test func `events are written in the program's own name, and a speaker's are about its node`() async throws {
        let policy = try Policy("martlet-events")
        let own = event("bgp-speaker", about: "n1")
        #expect(try await policy.allows(.speaker(on: "n1"), own, over: .null))
        #expect(try await policy.allows(.speaker(on: "n1"), own, over: own))
        #expect(try await !policy.allows(.speaker(on: "n2"), own, over: .null))
        #expect(try await !policy.allows(.speaker(on: nil), own, over: .null))
        #expect(try await !policy.allows(.speaker(on: "n1"), event("bgp-operator", about: "n1"), over: .null))
        #expect(try await !policy.allows(.speaker(on: "n1"), own, over: event("bgp-operator", about: "n1")))
        let told = event("bgp-operator", about: "web")
        #expect(try await policy.allows(.bgpOperator, told, over: .null))
        #expect(try await policy.allows(.bgpOperator, told, over: told))
        #expect(try await !policy.allows(.bgpOperator, told, over: own))
        #expect(try await policy.allows(.somebody, event("else", about: "n1"), over: .null))
    }
}
