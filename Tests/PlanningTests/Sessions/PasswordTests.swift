import BGPEngine
import KubeModel
import Planning
import Testing

@Suite struct PasswordTests {
    private static func secret(data: [String: String]? = nil, text: [String: String] = [:]) -> Secret {
        var secret = Secret(metadata: ObjectMeta(name: "tor", namespace: "martlet-system"), stringData: text)
        secret.data = data?.mapValues(RedactedText.init)
        return secret
    }

    private static let rows: [(secret: Secret, fault: SecretFault?)] = [
        (secret(text: ["password": "correct horse"]), nil),
        (secret(data: ["password": "Y29ycmVjdCBob3JzZQ=="]), nil),
        (secret(text: ["password": String(repeating: "a", count: 80)]), nil),
        (secret(text: ["password": "é" + String(repeating: "a", count: 78)]), nil),
        (secret(), .keyMissing),
        (secret(text: ["passwort": "a"]), .keyMissing),
        (secret(data: ["PASSWORD": "YQ=="]), .keyMissing),
        (secret(text: ["password": ""]), .unusable(.empty)),
        (secret(data: ["password": ""]), .unusable(.empty)),
        (secret(text: ["password": String(repeating: "a", count: 81)]), .unusable(.tooLong)),
        // Octets count, not characters.
        (secret(text: ["password": "é" + String(repeating: "a", count: 79)]), .unusable(.tooLong)),
        (secret(data: ["password": "//79"]), .unusable(.notText)),
        (secret(data: ["password": "no base64"]), .unusable(.notText)),
    ]

    @Test(arguments: rows) func `a Secret's password is usable, or the reason says why not`(
        secret: Secret,
        fault: SecretFault?
    ) {
        switch secret.password {
        case .success: #expect(fault == nil)
        case .failure(let found): #expect(found == fault)
        }
        let known = KnownSecrets([secret], namespace: "martlet-system")
        switch fault {
        case nil: #expect(known.state("tor") == .present)
        case .keyMissing: #expect(known.state("tor") == .keyMissing)
        case .unusable(let fault): #expect(known.state("tor") == .unusable(fault))
        }
        // What the operator keeps of it says the same, and holds nothing of it.
        let kept = secret.withoutPassword
        #expect(KnownSecrets([kept], namespace: "martlet-system") == known)
        #expect(kept.text("password")?.value.contains("a") != true)
        #expect(KnownSecrets([secret], namespace: "elsewhere").state("tor") == .missing)
    }
}
