import TestSupport
import Testing

/// Law 14: silence is a fault.
///
/// Whatever is selected and not announced has a reason where a person looks first.
@Suite(.serialized) struct SilenceTests {
    @Test(arguments: Way.allCases)
    func `whatever is selected but not announced is reported by a command, a condition and the log`(way: Way)
        async throws
    {
        let silence = Silence(way)
        try await SilentCluster.with(silence.site) { cluster in
            try await silence.step(cluster)
            for answer in silence.answers {
                let words = answer.words.joined(separator: " ")
                _ = try await eventually("kubectl bgp \(words) says \(answer.says)", within: .seconds(30)) {
                    let text = await cluster.bgp(answer.words)
                    guard text.contains(answer.says) else { throw Overdue(description: text) }
                    return true
                }
            }
            let told = silence.condition
            _ = try await eventually("\(told.type) of \(told.name) says \(told.says)", within: .seconds(30)) {
                let text = try await cluster.condition(told)
                guard text.hasPrefix(told.status), text.contains(told.says) else { throw Overdue(description: text) }
                return true
            }
            _ = try await eventually("the log says \(silence.log)", within: .seconds(30)) {
                guard cluster.hasLogged(silence.log) else {
                    throw Overdue(description: cluster.lines.joined(separator: "\n"))
                }
                return true
            }
        }
    }

    @Test func `a healthy cluster reports nothing`() async throws {
        try await SilentCluster.with(SilentSite()) { cluster in
            try await cluster.routerHas(["192.0.2.1/32"])
            try await eventually(
                "the condition says so",
                is: "False AllAnnounced what is selected on the node is announced"
            ) {
                try await cluster.condition(Silence.ofNode("NotAnnounced", "False", ""))
            }
            #expect(await cluster.bgp(["peers", "--no-headers"]).hasSuffix("-\n"))
            #expect(!cluster.hasLogged(["selected and not announced"]))
        }
    }
}
