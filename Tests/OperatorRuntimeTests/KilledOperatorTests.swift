import BGPResources
import FoundationEssentials
import KubeClient
import KubeModel
import TestCluster
import TestSupport
import Testing

/// The real program, killed at random moments while 2,000 services come and go.
struct KilledOperatorTests {
    /// How many services there are at any time, more or less; the pool has 2048 addresses.
    private static let count = 2000

    @Test func `killed at random moments, it neither gives an address twice nor loses or moves one`() async throws {
        let seed = UInt64(Iterations.count("MARTLET_KILL_SEED", usual: Int.random(in: 0..<1_000_000)))
        let kills = Iterations.count("MARTLET_KILLS", usual: 6)
        try await TestCluster.with { cluster in
            try await cluster.apply(pool("10.8.0.0/21"))
            let program = try OperatorProgram(cluster)
            let history = AddressHistory()
            try await history.during(cluster) {
                for number in 0..<Self.count { try await cluster.create(number) }
                try await program.start()
                try await withThrowingTaskGroup(of: Void.self) { tasks in
                    let isOver = Gate()
                    tasks.addTask {
                        defer { isOver.open() }
                        var random = SeededGenerator(seed: seed)
                        for _ in 0..<kills {
                            // At a random moment of its work, however fast the machine is.
                            let moment = history.assignments + Int.random(in: 1..<300, using: &random)
                            _ = try await eventually("it gets on", within: .seconds(60), every: .milliseconds(1)) {
                                history.assignments >= moment ? true : nil
                            }
                            await program.kill()
                            try await program.start()
                        }
                    }
                    tasks.addTask {
                        var random = SeededGenerator(seed: seed &+ 1)
                        var present = Set(0..<Self.count)
                        var next = Self.count
                        while !isOver.isOpen {
                            if let gone = present.randomElement(using: &random) {
                                present.remove(gone)
                                try await cluster.client.delete(Service.self, cluster.key(gone))
                            }
                            try await cluster.create(next)
                            present.insert(next)
                            next += 1
                        }
                        // What is left is as many as there are addresses: a single leak would leave one waiting.
                        while present.count < 2048 {
                            try await cluster.create(next)
                            present.insert(next)
                            next += 1
                        }
                    }
                    try await tasks.waitForAll()
                }
                try await eventually("every service has an address", is: 2048, within: .seconds(60)) {
                    history.holders.count
                }
                try await eventually("the pool says so", is: "2048 of 2048, 0 free") {
                    let pool = try await cluster.client.get(LoadBalancerIPPool.self, ObjectKey(name: "services"))
                    let usage = pool.status?.ipv4
                    return "\(usage?.used ?? "-") of \(usage?.total ?? "-"), \(usage?.available ?? "-") free"
                }
                await program.kill()
            }
            #expect(history.faults == [], "seed \(seed)")
        }
    }
}

/// `bgp-operator` as it runs in a pod, on a cluster in this process.
private actor OperatorProgram {
    private let directory: TemporaryDirectory
    private let kubeconfig: String
    private var process: RunningProcess?

    init(_ cluster: TestCluster) throws {
        directory = try TemporaryDirectory("operator")
        kubeconfig = try directory.write(
            """
            apiVersion: v1
            kind: Config
            current-context: lab
            clusters: [{name: lab, cluster: {server: "\(cluster.url)"}}]
            contexts: [{name: lab, context: {cluster: lab, user: lab}}]
            users: [{name: lab, user: {}}]

            """,
            to: "kubeconfig"
        )
    }

    func start() throws {
        process = try Command(
            [
                try Checkout.program("bgp-operator"), "--kubeconfig", kubeconfig, "--namespace", "default",
                "--admin-address", "none",
            ],
            environment: ["POD_NAME": "bgp-operator-0"]
        ).start(log: directory.path("log"))
    }

    func kill() { process?.kill() }
}

extension TestCluster {
    fileprivate func key(_ number: Int) -> ObjectKey { ObjectKey(namespace: "default", name: "s\(number)") }

    fileprivate func create(_ number: Int) async throws {
        var spec = Service.Spec(type: "LoadBalancer")
        spec.ports = [Service.Port(port: 80)]
        _ = try await client.create(
            Service(metadata: ObjectMeta(name: "s\(number)", namespace: "default"), spec: spec)
        )
    }
}
