package import AdminSecurity
package import AdminServer
package import ArgumentParser

/// Where a program listens unless its command line says otherwise.
package protocol UsualListeners {
    /// The port of metrics and state.
    static var adminPort: Int { get }
    /// The address of health beside an API server.
    static var health: String { get }
}

/// Where a program serves metrics, state and health, and to whom.
package struct ListenerOptions<Usual: UsualListeners>: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Where metrics and state are served, or none. 0.0.0.0:\(Usual.adminPort), and with --manifests \
            127.0.0.1:\(Usual.adminPort).
            """,
            valueName: "host:port"
        )
    )
    package var adminAddress: String?

    @Flag(help: "Serve metrics and state to whoever reaches the address, without TLS; for ports that are fenced.")
    package var adminPlain = false

    @Option(help: ArgumentHelp("PEM certificate for the admin address; else one is made.", valueName: "file"))
    package var adminCertificate: String?

    @Option(help: ArgumentHelp("PEM key of that certificate.", valueName: "file"))
    package var adminKey: String?

    @Option(
        help: ArgumentHelp(
            """
            Where health alone is served, never kept waiting by what is asked elsewhere; else \(Usual.health), or none with \
            --manifests. With none the admin address serves it.
            """,
            valueName: "host:port"
        )
    )
    package var healthAddress: String?

    package init() {}

    package func validate() throws {
        _ = try ListenAddress.option(adminAddress ?? "none", named: "--admin-address")
        _ = try ListenAddress.option(healthAddress ?? "none", named: "--health-address")
        do {
            // What cannot be had without a server either is told later.
            _ = try listeners(hasServer: true)
        } catch let fault as AdminSecurityFault {
            throw ValidationError(fault.description)
        }
    }

    /// Decides what is served where.
    ///
    /// `hasServer` says whether there is an API server, which knows who may read. Throws `AdminSecurityFault` for what cannot be
    /// had together, and `ValidationError` for what is no address.
    package func listeners(hasServer: Bool) throws -> Listeners {
        let health = healthAddress ?? (hasServer ? Usual.health : "none")
        let admin = adminAddress ?? "\(hasServer ? "0.0.0.0" : "127.0.0.1"):\(Usual.adminPort)"
        var listeners = Listeners()
        listeners.health = try ListenAddress.option(health, named: "--health-address")
        listeners.admin = try ListenAddress.option(admin, named: "--admin-address")
        if let address = listeners.admin {
            listeners.security = try AdminSecurity(
                for: address,
                isPlain: adminPlain,
                certificate: adminCertificate,
                key: adminKey,
                hasServer: hasServer
            )
        }
        return listeners
    }
}

/// What a program serves where.
package struct Listeners: Sendable {
    /// Where metrics and state are served; nil serves none.
    package fileprivate(set) var admin: ListenAddress?
    /// How they are guarded there.
    package fileprivate(set) var security = AdminSecurity.open
    /// Where health alone is served; nil leaves it to `admin`.
    package fileprivate(set) var health: ListenAddress?
}
