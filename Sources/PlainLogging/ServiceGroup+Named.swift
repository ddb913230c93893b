package import Logging
package import ServiceLifecycle
package import UnixSignals

extension ServiceGroup {
    /// A group whose services go by the names of their types.
    ///
    /// By itself a group describes each service in whole, with all that it refers to: megabytes, made at the start of every
    /// program and told with every event of the group at the level debug.
    package init(named services: [any Service], gracefulShutdownSignals: [UnixSignal] = [], logger: Logger) {
        self.init(
            configuration: ServiceGroupConfiguration(
                services: services.map { service in
                    ServiceGroupConfiguration.ServiceConfiguration(
                        service: service,
                        serviceName: "\(type(of: service))"
                    )
                },
                gracefulShutdownSignals: gracefulShutdownSignals,
                logger: logger
            )
        )
    }
}
