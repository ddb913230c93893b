import KubeJSON
import KubeModel
import Testing

@Suite struct SecretTests {
    @Test func `a Secret gives the text of a key from either form`() throws {
        let encoded = try JSON.decode(
            Secret.self,
            from: #"{"metadata":{"name":"tor"},"data":{"password":"aHVudGVyMg==","broken":"%","bytes":"/w=="}}"#
        )
        #expect(encoded.text("password")?.value == "hunter2")
        #expect(encoded.text("broken") == nil)
        #expect(encoded.text("bytes") == nil)
        #expect(encoded.text("missing") == nil)
        let plain = Secret(metadata: ObjectMeta(name: "tor"), stringData: ["password": "hunter2"])
        #expect(plain.text("password") == Redacted("hunter2"))
    }

    @Test func `a Secret never prints its data`() throws {
        let secret = Secret(metadata: ObjectMeta(name: "tor"), stringData: ["password": "hunter2"])
        var dumped = ""
        dump(secret, to: &dumped)
        let shown = [
            "\(secret)", String(reflecting: secret), dumped, String(decoding: try JSON.encode(secret), as: UTF8.self),
            "\(Redacted("hunter2"))", String(reflecting: Redacted("hunter2")), "\(secret.text("password") as Any)",
        ]
        #expect(shown.filter { $0.contains("hunter2") } == [])
        #expect("\(Redacted("hunter2"))" == "…")
    }
}
