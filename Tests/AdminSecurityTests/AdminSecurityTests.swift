import AdminSecurity
import AdminServer
import Testing

@Suite struct AdminSecurityTests {
    @Test(
        arguments: [
            // On loopback, without more words.
            ("127.0.0.1:9179", false, nil, nil, true, AdminSecurity.open),
            ("127.8.0.1:9179", false, nil, nil, false, .open),
            ("[::1]:9179", false, nil, nil, true, .open),
            ("localhost:9179", false, nil, nil, false, .open),
            // Where others reach it.
            (":9179", false, nil, nil, true, .reviewed(.selfSigned)),
            ("10.0.0.1:9179", false, nil, nil, true, .reviewed(.selfSigned)),
            ("[2001:db8::1]:9179", false, nil, nil, true, .reviewed(.selfSigned)),
            ("node.example:9179", false, nil, nil, true, .reviewed(.selfSigned)),
            ("[::ffff:127.0.0.1]:9179", false, nil, nil, true, .reviewed(.selfSigned)),
            // What was asked for.
            (":9179", true, nil, nil, true, .open),
            (":9179", true, nil, nil, false, .open),
            (":9179", false, "c", "k", true, .reviewed(.files(chain: "c", key: "k"))),
            ("127.0.0.1:9179", false, "c", "k", true, .reviewed(.files(chain: "c", key: "k"))),
        ] as [(String, Bool, String?, String?, Bool, AdminSecurity)]
    )
    func `the guard follows from the address and the options`(
        address: String,
        isPlain: Bool,
        certificate: String?,
        key: String?,
        hasServer: Bool,
        expected: AdminSecurity
    ) throws {
        let place = try #require(ListenAddress(address))
        let security = try AdminSecurity(
            for: place,
            isPlain: isPlain,
            certificate: certificate,
            key: key,
            hasServer: hasServer
        )
        #expect(security == expected)
    }

    @Test(
        arguments: [
            (
                ":9179", false, nil, nil, false,
                "--admin-address 0.0.0.0:9179: others reach it, and there is no API server"
            ),
            (":9179", false, "c", nil, true, "--admin-certificate and --admin-key: expected both or neither"),
            (":9179", true, nil, "k", true, "--admin-certificate and --admin-key: expected both or neither"),
            (":9179", true, "c", "k", true, "--admin-plain serves without TLS"),
            (":9179", false, "c", "k", false, "--admin-certificate: there is no API server"),
            ("127.0.0.1:9179", false, "c", "k", false, "--admin-certificate: there is no API server"),
        ] as [(String, Bool, String?, String?, Bool, String)]
    )
    func `options that contradict each other are refused in one sentence`(
        address: String,
        isPlain: Bool,
        certificate: String?,
        key: String?,
        hasServer: Bool,
        words: String
    ) throws {
        let place = try #require(ListenAddress(address))
        let fault = try #require(throws: AdminSecurityFault.self) {
            try AdminSecurity(for: place, isPlain: isPlain, certificate: certificate, key: key, hasServer: hasServer)
        }
        #expect(fault.description.hasPrefix(words))
    }
}
