import Fixtures
import Planning
import Testing

@Suite struct StartGateTests {
    private static let all = ["127.0.0.1", "::1"]

    private func places(_ programs: [DatapathProgram]) -> [DatapathPlace] {
        programs.flatMap { program in Self.all.map { DatapathPlace(program: program, host: $0) } }
    }

    private func place(_ name: String, _ host: String = "127.0.0.1") throws -> DatapathPlace {
        DatapathPlace(program: try #require(DatapathProgram.known.first { $0.name == name }), host: host)
    }

    private static let forms: [(text: String, probe: DatapathProbe?)] = [
        ("auto", .auto), ("none", .off),
        ("http://127.0.0.1:10256/healthz", .url("http://127.0.0.1:10256/healthz")),
        ("HTTPS://[::1]:9879/healthz", .url("HTTPS://[::1]:9879/healthz")),
        ("", nil), ("Auto", nil), ("off", nil), ("kube-proxy", nil), ("10256", nil), ("http://", nil),
        ("http:///healthz", nil), ("http://a b", nil), ("ftp://127.0.0.1/", nil),
    ]

    @Test(arguments: forms)
    func `every value of the flag is read`(text: String, probe: DatapathProbe?) {
        #expect(DatapathProbe(text) == probe)
    }

    @Test(arguments: [
        ("kube-proxy", "127.0.0.1", "http://127.0.0.1:10256/healthz", [String]()),
        ("kube-proxy", "::1", "http://[::1]:10256/healthz", []),
        (
            "Cilium's agent", "127.0.0.1", "http://127.0.0.1:9879/healthz",
            ["brief: true", "require-k8s-connectivity: false"]
        ),
        ("kube-router", "127.0.0.1", "http://127.0.0.1:20244/healthz", []),
        ("Calico's Felix", "127.0.0.1", "http://127.0.0.1:9099/readiness", []),
    ])
    func `each program is probed in its own way`(
        name: String,
        host: String,
        url: String,
        headers: [String]
    ) throws {
        let question = try place(name, host).question
        #expect(question.url == url)
        #expect(question.headers.map { "\($0.name): \($0.value)" } == headers)
        #expect(question.place == "\(name) at \(url)")
    }

    @Test func `the first program that listens is probed from then on, and no other`() throws {
        var gate = StartGate(.auto)
        #expect(gate.handle(.started, at: .zero) == [.look(places(DatapathProgram.known))])
        let agent = try place("Cilium's agent", "::1")
        #expect(gate.handle(.looked(agent), at: .zero) == [.ask(agent.question)])
        // It listens no more, and another begins to: it stays the one that is asked.
        #expect(
            gate.handle(.answered(problem: "connection refused"), at: .seconds(40)) == [
                .set(.notReady("Cilium's agent: connection refused")), .wait(StartGate.interval),
            ]
        )
        #expect(gate.handle(.woke, at: .seconds(41)) == [.ask(agent.question)])
        #expect(gate.handle(.looked(try place("kube-proxy")), at: .seconds(41)) == [])
        #expect(
            gate.handle(.answered(problem: nil), at: .seconds(42)) == [
                .set(.answered(by: "Cilium's agent at http://[::1]:9879/healthz"))
            ]
        )
    }

    @Test func `the gate waits thirty seconds for a program, and no longer when none listens`() {
        var gate = StartGate(.auto)
        let nobody = gate.beginning
        #expect(nobody.obstacle?.contains("kube-proxy (10256)") == true)
        #expect(!nobody.isOpen)
        _ = gate.handle(.started, at: .zero)
        #expect(gate.handle(.looked(nil), at: .zero) == [.set(nobody), .wait(StartGate.interval)])
        #expect(gate.handle(.woke, at: .seconds(29)) == [.look(places(DatapathProgram.known))])
        // The last look is at the end of the time, not half a second later.
        #expect(
            gate.handle(.looked(nil), at: .milliseconds(29_800)) == [.set(nobody), .wait(.milliseconds(200))]
        )
        #expect(gate.handle(.woke, at: .seconds(30)) == [.look(places(DatapathProgram.known))])
        #expect(gate.handle(.looked(nil), at: .seconds(30)) == [.set(.unknown)])
        #expect(gate.handle(.woke, at: .seconds(31)) == [])
        #expect(NodeGates.DataPath.unknown.isOpen)
    }

    @Test func `the gate does not give up on a program that listens and is not ready`() throws {
        var gate = StartGate(.auto)
        _ = gate.handle(.started, at: .zero)
        let proxy = try place("kube-proxy")
        #expect(gate.handle(.looked(proxy), at: .seconds(29)) == [.ask(proxy.question)])
        for second in 30..<300 {
            let actions = gate.handle(.answered(problem: "answered 503"), at: .seconds(second))
            #expect(actions == [.set(.notReady("kube-proxy: answered 503")), .wait(StartGate.interval)])
            #expect(gate.handle(.woke, at: .seconds(second)) == [.ask(proxy.question)])
        }
    }

    @Test func `a URL is probed alone, for as long as it takes`() {
        let question = DatapathQuestion(name: nil, url: "http://127.0.0.1:1/ready", headers: [])
        var gate = StartGate(.url(question.url))
        #expect(gate.beginning == .notReady("http://127.0.0.1:1/ready was not asked yet"))
        #expect(gate.handle(.started, at: .zero) == [.ask(question)])
        #expect(
            gate.handle(.answered(problem: "refused"), at: .seconds(600)) == [
                .set(.notReady("refused")), .wait(StartGate.interval),
            ]
        )
        #expect(gate.handle(.woke, at: .seconds(601)) == [.ask(question)])
        #expect(gate.handle(.answered(problem: nil), at: .seconds(602)) == [.set(.answered(by: question.url))])
        // What is open stays open.
        #expect(gate.handle(.answered(problem: "gone"), at: .seconds(603)) == [])
    }

    @Test func `the gate is open from the start where nothing is probed`() {
        var gate = StartGate(.off)
        #expect(gate.beginning == .ready)
        #expect(gate.handle(.started, at: .zero) == [])
    }
}
