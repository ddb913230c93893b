import CommandLine
import LogKeys
package import Logging
import PlainLogging

/// What the options of a program's command line come to, as the log says it at the start.
///
/// Every option has its line, whether it was given or not, under its name without `--`. Values are what is in force, so files are
/// named and never what they hold.
package struct ActiveOptions: Sendable {
    private var metadata: Logger.Metadata = [LogKey.version.rawValue: "\(MartletVersion.current)"]

    /// Says nothing but the version.
    package init() {}

    /// Says an option's value; nil and no values at all are `none`.
    package mutating func add(_ name: String, _ value: (any CustomStringConvertible)?) {
        metadata[name] = "\(value?.description ?? "none")"
    }

    /// Says the values of an option that can be given several times.
    package mutating func add(_ name: String, _ values: [String]) {
        add(name, values.isEmpty ? nil : values.joined(separator: ","))
    }

    /// Says how the log is written.
    package mutating func add(_ options: LogOptions, logger: Logger) {
        add("log-level", logger.logLevel.rawValue)
        add("log-format", options.logFormat.rawValue)
    }

    /// Says which API server was meant.
    package mutating func add(_ options: ServerOptions) {
        add("kubeconfig", options.kubeconfig)
        add("context", options.context)
    }

    /// Says where the program listens.
    package mutating func add<Usual>(_ options: ListenerOptions<Usual>, _ listeners: Listeners) {
        add("admin-address", listeners.admin)
        add("admin-plain", options.adminPlain)
        add("admin-certificate", options.adminCertificate)
        add("admin-key", options.adminKey)
        add("health-address", listeners.health)
    }

    /// Writes them, in one event.
    package func tell(_ logger: Logger) {
        logger.info("starting with these options", metadata: metadata)
    }
}
