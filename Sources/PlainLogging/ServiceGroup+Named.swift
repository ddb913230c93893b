package import Logging
package import ServiceLifecycle
package import UnixSignals

extension ServiceGroup {
    /// A group whose services go by the names of their types.
    ///
    /// By itself a group describes each service in whole, with all that it refers to: megabytes, made at the start of every
    /// program and told with every event of the group at the level debug.
    ///
    /// The end of any service is a failure of the group, save that of `last`, which shuts the others down.
    package init(
        named services: [any Service],
        until last: (any Service)? = nil,
        gracefulShutdownSignals: [UnixSignal] = [],
        logger: Logger
    ) {
        typealias Configuration = ServiceGroupConfiguration.ServiceConfiguration
        self.init(
            configuration: ServiceGroupConfiguration(
                services: services.map { Configuration(service: $0, serviceName: "\(type(of: $0))") }
                    + [last].compactMap(\.self).map {
                        Configuration(
                            service: $0,
                            successTerminationBehavior: .gracefullyShutdownGroup,
                            serviceName: "\(type(of: $0))"
                        )
                    },
                gracefulShutdownSignals: gracefulShutdownSignals,
                logger: logger
            )
        )
    }
}
