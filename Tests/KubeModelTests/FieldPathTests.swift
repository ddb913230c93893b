import KubeJSON
import KubeModel
import TestSupport
import Testing

@Suite struct FieldPathTests {
    @Test func `a field path is written as the API server writes it`() {
        let path = FieldPath().field("spec").field("bgpInstances").index(0).field("peers").index(11).field("peerASN")
        #expect(path.description == "spec.bgpInstances[0].peers[11].peerASN")
        #expect(FieldPath("spec.timers").description == "spec.timers")
        #expect(
            FieldPath("metadata").field("labels").field("homelab/role").description == "metadata.labels[homelab/role]"
        )
        #expect(FieldPath().description == "")
        #expect(FieldPath("spec.timers") == FieldPath().field("spec").field("timers"))
    }

    @Test func `a field path precedes the message of an error`() {
        #expect(FieldError("spec.timers", "holdTime is too short").description == "spec.timers: holdTime is too short")
        #expect(FieldError(FieldPath(), "is no object").description == "is no object")
    }

    @Test(arguments: [
        (Diagnostic(severity: .error, reason: "R", message: "m"), "m"),
        (Diagnostic(severity: .error, reason: "R", field: "spec.x", message: "m"), "spec.x: m"),
        (Diagnostic(severity: .error, reason: "R", message: "m", file: "a.yaml"), "a.yaml: m"),
        (Diagnostic(severity: .error, reason: "R", message: "m", file: "a.yaml", line: 3), "a.yaml:3: m"),
        (
            Diagnostic(
                severity: .error,
                reason: "R",
                object: ObjectReference(kind: "Service", namespace: "shop", name: "web"),
                field: "spec.type",
                message: "m",
                file: "a.yaml",
                line: 3,
                column: 7
            ), "a.yaml:3:7: Service/shop/web: spec.type: m"
        ),
    ])
    func `a diagnostic is one line with all that is known`(diagnostic: Diagnostic, line: String) {
        #expect(diagnostic.description == line)
    }

    @Test func `the worst diagnostics come first`() {
        #expect(Diagnostic.Severity.allCases.reversed().sorted() == [.error, .warning, .info])
    }
}
