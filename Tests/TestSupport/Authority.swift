/// A certificate and its key, made by OpenSSL for a test.
package struct Certificate: Sendable {
    /// The file of the certificate, PEM.
    package let path: String
    /// The file of its key, PEM.
    package let key: String

    /// Signs itself unless an authority does; `extensions` are in OpenSSL's form, such as `subjectAltName=IP:127.0.0.1`.
    package init(
        _ subject: String,
        _ extensions: String...,
        path: String,
        key: String,
        signedBy authority: Certificate? = nil,
        days: Int = 2
    ) async throws {
        self.path = path
        self.key = key
        let signing = authority.map { ["-CA", $0.path, "-CAkey", $0.key] } ?? []
        try await Command(
            [
                "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                "-keyout", key, "-out", path, "-subj", "/CN=\(subject)", "-days", "\(days)",
            ] + signing + extensions.flatMap { ["-addext", $0] }
        ).run()
    }
}

/// Certificates made for a test: one authority, one for a server named `kube.test`, one for a client named `jane`.
package struct Authority: Sendable {
    /// The authority's own.
    package let root: Certificate
    /// The server's.
    package let server: Certificate
    /// The client's.
    package let client: Certificate

    /// Makes them in a folder, under the authority's name.
    package init(in directory: TemporaryDirectory, _ name: String = "authority") async throws {
        root = try await Certificate(name, path: directory.path("\(name).pem"), key: directory.path("\(name).key"))
        server = try await Self.sign("kube.test", "subjectAltName=DNS:kube.test", by: root)
        client = try await Self.sign("jane", "extendedKeyUsage=clientAuth", by: root)
    }

    /// A certificate for a server with these alternative names in OpenSSL's form, or with none.
    package func certificate(_ subject: String, names: String?) async throws -> Certificate {
        try await Self.sign(subject, names.map { "subjectAltName=\($0)" } ?? "extendedKeyUsage=serverAuth", by: root)
    }

    private static func sign(_ who: String, _ extensions: String, by root: Certificate) async throws -> Certificate {
        try await Certificate(
            who,
            extensions,
            "basicConstraints=critical,CA:FALSE",
            path: "\(root.path)-\(who).pem",
            key: "\(root.path)-\(who).key",
            signedBy: root
        )
    }
}
