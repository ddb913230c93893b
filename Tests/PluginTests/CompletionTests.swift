import BGPResources
import BGPTypes
import KubeModel
import Testing
import kubectl_bgp

struct CompletionTests {
    private let cluster = FixedCluster(objects: [
        Namespace(metadata: ObjectMeta(name: "shop")),
        Service(metadata: ObjectMeta(name: "web", namespace: "shop"), spec: .init()),
        Service(metadata: ObjectMeta(name: "db", namespace: "shop"), spec: .init()),
        Service(metadata: ObjectMeta(name: "kubernetes", namespace: "default"), spec: .init()),
        BGPNodeConfig(
            metadata: ObjectMeta(name: "n1"),
            spec: .init(bgpInstances: [.init(name: "main", peers: [.init(name: "tor-b"), .init(name: "tor-a")])])
        ),
    ])

    @Test(arguments: [
        (["ro"], "routes\tShow routes, their attributes and the Service or node each comes from.\n:4\n"),
        (["peers", "--color", ""], "auto\nalways\nnever\n:4\n"),
        (["peers", "--color=al"], "--color=always\n:4\n"),
        (["peers", "-oj"], "-ojson\n:4\n"),
        (["peers", "--kubeconfig", "/e"], ":0\n"),
        (["--context", ""], "lab\nprod\n:4\n"),
        (["peers", "--peer", ""], "tor-a\ntor-b\n:4\n"),
        (["routes", "--node", "n"], "n1\n:4\n"),
        (["explain", "svc", "-n", "shop", ""], "db\nweb\n:4\n"),
        (["explain", "service", ""], "kubernetes\n:4\n"),
        (["peers", "--context", "nowhere", "-n", ""], ":4\n"),
        (["peers", "--token", "x"], ":4\n"),
        ([], ":4\n"),
    ])
    func `a shell is offered what may come next`(words: [String], answer: String) async throws {
        let completions = try Completions(words, clusters: FixedConnector(cluster: cluster))
        let text = await completions.text()
        #expect(words.isEmpty ? text.hasSuffix(answer) : text == answer)
    }

    @Test func `the scripts ask the program`() async {
        for shell in CompletionShellName.allCases {
            #expect(shell.script.contains("kubectl-bgp __complete"))
        }
        let outcome = await run("completion", "kubectl")
        #expect(outcome.output == CompletionShellName.kubectl.script)
    }
}
