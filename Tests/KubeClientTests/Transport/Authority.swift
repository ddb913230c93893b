import TestSupport

/// Certificates made for a test: one authority, one for a server named `kube.test`, one for a client named `jane`.
struct Authority {
    let authority: String
    let server: Pair
    let client: Pair

    /// The files of a certificate and its key, both PEM.
    struct Pair {
        let certificate: String
        let key: String
    }

    init(in directory: TemporaryDirectory, _ name: String = "authority") async throws {
        authority = directory.path("\(name).pem")
        let key = directory.path("\(name).key")
        try await Command(
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-keyout",
            key,
            "-out",
            authority,
            "-subj",
            "/CN=\(name)",
            "-days",
            "2"
        ).run()
        server = try await Self.sign("kube.test", "subjectAltName=DNS:kube.test", authority, key)
        client = try await Self.sign("jane", "extendedKeyUsage=clientAuth", authority, key)
    }

    /// A certificate for a server with these alternative names in OpenSSL's form, or with none.
    func certificate(_ subject: String, names: String?) async throws -> Pair {
        let extensions = names.map { "subjectAltName=\($0)" } ?? "extendedKeyUsage=serverAuth"
        return try await Self.sign(subject, extensions, authority, authority.replacing(".pem", with: ".key"))
    }

    private static func sign(
        _ who: String,
        _ extensions: String,
        _ authority: String,
        _ key: String
    ) async throws -> Pair {
        let pair = Pair(certificate: "\(authority)-\(who).pem", key: "\(authority)-\(who).key")
        try await Command(
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-keyout",
            pair.key,
            "-out",
            pair.certificate,
            "-subj",
            "/CN=\(who)",
            "-days",
            "2",
            "-CA",
            authority,
            "-CAkey",
            key,
            "-addext",
            extensions,
            "-addext",
            "basicConstraints=critical,CA:FALSE"
        ).run()
        return pair
    }
}
