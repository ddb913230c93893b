import FoundationEssentials
import KubeJSON
import KubeModel
import TestSupport
import Testing
import kubectl_bgp

/// Wrong and dangerous manifests as operators write them: each is named once, at the line that is to be changed.
@Suite struct MistakeTests {
    @Test func `the manifests that these cases start from are clean`() async throws {
        let files = try TemporaryDirectory("mistake")
        try Mistake("none", in: "", "", "", []).write(to: files)
        #expect(await run("lint", "-f", files.path("old")) == Outcome(status: .success, output: "", errors: ""))
    }

    @Test(arguments: Mistake.ofPeers + Mistake.ofOthers)
    func `lint reports the mistake`(mistake: Mistake) async throws {
        let files = try TemporaryDirectory("mistake")
        try mistake.write(to: files)
        let outcome = await run("lint", "-f", files.path("new"), "-o", "json")
        #expect(try Self.findings(outcome, "items") == mistake.findings)
        let worst = mistake.findings.contains { $0.contains(" Error ") } ? ExitStatus.failure : .findings
        #expect(outcome.status == (mistake.findings.allSatisfy { $0.contains(" Info ") } ? .success : worst))
    }

    @Test(arguments: Mistake.changes)
    func `plan reports the mistake before it happens`(mistake: Mistake) async throws {
        let files = try TemporaryDirectory("mistake")
        try mistake.write(to: files)
        let outcome = await run("plan", "-f", files.path("new"), "--against", files.path("old"), "-o", "json")
        #expect(try Self.findings(outcome, "diagnostics") == mistake.findings)
        #expect(outcome.status == .findings)
    }

    private static func findings(_ outcome: Outcome, _ field: String) throws -> [String] {
        let document = try JSON.decode(JSONValue.self, from: Data(outcome.output.utf8))
        return (document[field]?.array ?? []).map { finding in
            let file = finding["file"]?.string?.split(separator: "/").last.map(String.init)
            var place = file ?? "-"
            if case .integer(let line)? = finding["line"] { place += ":\(line)" }
            return [place] + ["severity", "reason", "message"].map { finding[$0]?.string ?? "" }
        }
        .map { $0.joined(separator: " ") }
    }
}
