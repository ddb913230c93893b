import Lab
import TestSupport
import Testing

@Suite struct ScenarioTests {
    @Test func `a scenario has a title, steps with their lines, and files`() throws {
        let scenario = try Scenario(
            """
            # One node
            # announces.

            nodes 1
            apply bgp.yaml
            # A comment between steps.
            label node1 a=b 'c=d e' f-
            endpoints shop/web node1:notready
            endpoints shop/web none
            kubectl bgp explain service web -n shop > why.txt exit 3
            condition BGPClusterConfig/rack Ready True
            router empty.txt
            -- bgp.yaml --
            kind: BGPClusterConfig
            -- why.txt --
            Service shop/web
            …
            -- empty.txt --
            """,
            path: "one.txt"
        )
        #expect(scenario.title == "One node announces.")
        #expect(scenario.nodeCount == 1)
        #expect(
            scenario.steps.map(\.action) == [
                .nodes(1), .apply(["bgp.yaml"]),
                .label(node: "node1", labels: ["a": "b", "c": "d e", "f": nil]),
                .endpoints(namespace: "shop", service: "web", nodes: ["node1": false]),
                .endpoints(namespace: "shop", service: "web", nodes: [:]),
                .plugin(words: ["explain", "service", "web", "-n", "shop"], file: "why.txt", status: 3),
                .condition(kind: "BGPClusterConfig", name: "rack", type: "Ready", status: "True", reason: nil),
                .router("empty.txt"),
            ]
        )
        #expect(scenario.steps.map(\.line) == [4, 5, 7, 8, 9, 10, 11, 12])
        #expect(scenario.files["why.txt"]?.line == 15)
        #expect(scenario.files["why.txt"]?.text == "Service shop/web\n…\n")
        #expect(scenario.files["empty.txt"]?.text == "")
    }

    @Test func `every fault of a scenario is named with its line`() throws {
        let faults = #expect(throws: ScenarioFaults.self) {
            try Scenario(
                """
                # Broken.
                aply bgp.yaml
                apply web.yaml
                nodes 2
                label node7 a=b
                label node1 a
                kubectl get pods
                router 'one.txt
                endpoints web node1
                condition Ready True
                -- unused.yaml --
                -- unused.yaml --
                """,
                path: "broken.txt"
            )
        }
        #expect(
            faults?.description == """
                broken.txt:2: unknown step "aply", expected one of nodes, apply, patch, delete, label, endpoints, stop, start, \
                router, condition, kubectl
                broken.txt:3: no file web.yaml follows, expected a line "-- web.yaml --"
                broken.txt:4: expected the number of nodes before every other step
                broken.txt:5: there is no node7, expected node1 to node2
                broken.txt:6: expected: label NODE KEY=VALUE…, or KEY- to remove one
                broken.txt:7: expected: kubectl bgp WORD… [> FILE] [exit STATUS]
                broken.txt:8: expected a closing '
                broken.txt:9: expected: endpoints NAMESPACE/SERVICE none, or NODE…, with :notready behind a node whose pod is not ready
                broken.txt:10: expected: condition KIND/NAME TYPE STATUS [REASON], with a kind of martlet.dev
                broken.txt:11: no step uses unused.yaml
                broken.txt:12: there is a file unused.yaml already
                """
        )
    }

    @Test(arguments: [
        ("a  b\nc", "a b\n\nc\n", true), ("a * c", "a b c", true), ("a * c", "a b b c", false), ("a …", "a b c", true),
        ("a …", "a", true), ("a …", "b a", false), ("…\nb\n…", "a\nb\nc\nd", true), ("…\ne", "a\nb", false),
        ("", "\n", true), ("", "a", false), ("a\nb", "b\na", false),
    ])
    func `an expected table is compared word by word`(expected: String, found: String, isEqual: Bool) {
        #expect(ExpectedText(expected).matches(found) == isEqual)
    }

    @Test func `a difference shows what is missing and what was there instead`() {
        #expect(ExpectedText("a *\nb 1\n…").difference(from: "a 2\nb 2\nc") == "- b 1\n+ b 2\n+ c")
        #expect(ExpectedText("a\nb").difference(from: "b\na").contains("another order"))
    }

    @Test func `every scenario of the repository can be read`() throws {
        let paths = try Checkout.files(under: "config/lab/scenarios").filter { $0.hasSuffix(".txt") }
        #expect(paths.count >= 10)
        for path in paths { _ = try Scenario(Checkout.read(path), path: path) }
    }
}
