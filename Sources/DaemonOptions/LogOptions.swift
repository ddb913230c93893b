package import ArgumentParser
package import CoreMetrics
import LogKeys
package import Logging
package import PlainLogging

extension LogFormat: ExpressibleByArgument {}

/// What a program writes of its log, and how.
package struct LogOptions: ParsableArguments {
    @Option(
        help: """
            The least level that is logged: trace, debug, info, notice, warning, error or critical. Unless given info, and of \
            bgp-lab warning.
            """
    )
    package var logLevel: String?

    @Option(help: "How the log is written to standard error: lines of text, or a JSON object on each line.")
    package var logFormat = LogFormat.text

    package init() {}

    package func validate() throws { _ = try level(else: .info) }

    /// Makes the program's loggers write as the options say, and makes the first of them; to be called once.
    ///
    /// `label` is the program's name, `level` holds where `--log-level` is not given, `metrics` counts messages. Throws
    /// `ValidationError`.
    package func begin(
        _ label: String,
        level: Logger.Level = .info,
        counting metrics: (any MetricsFactory)? = nil
    ) throws -> Logger {
        LoggingSystem.bootstrapPlain(logFormat, counting: metrics)
        var logger = Logger(label: label)
        logger.logLevel = try self.level(else: level)
        return logger
    }

    /// Does the program's work, and says what ends it.
    ///
    /// Where the log is JSON that is its last line, and no text beside it, which a reader of JSON could not take.
    package func reporting(to logger: Logger, _ work: () async throws -> Void) async throws {
        do {
            try await work()
        } catch let status as ExitCode {
            // What there is to say was said.
            throw status
        } catch  where logFormat == .json {
            logger.critical("the program ends", metadata: [.error: "\(error)"])
            throw error is ValidationError ? ExitCode.validationFailure : ExitCode.failure
        }
    }

    private func level(else usual: Logger.Level) throws -> Logger.Level {
        guard let logLevel else { return usual }
        guard let level = Logger.Level(rawValue: logLevel) else {
            let names = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--log-level: expected one of \(names), found \"\(logLevel)\"")
        }
        return level
    }
}
