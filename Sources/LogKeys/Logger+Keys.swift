package import Logging

// The methods of `Logger` with `LogFields` in the place of metadata with any keys.
extension Logger {
    package func log(
        level: Level,
        _ message: @autoclosure () -> Message,
        metadata: @autoclosure () -> LogFields,
        file: String = #fileID,
        function: String = #function,
        line: UInt = #line
    ) {
        log(level: level, message(), metadata: metadata().metadata, file: file, function: function, line: line)
    }

    package func trace(
        _ message: @autoclosure () -> Message,
        metadata: @autoclosure () -> LogFields,
        file: String = #fileID,
        function: String = #function,
        line: UInt = #line
    ) {
        log(level: .trace, message(), metadata: metadata(), file: file, function: function, line: line)
    }

    package func debug(
        _ message: @autoclosure () -> Message,
        metadata: @autoclosure () -> LogFields,
        file: String = #fileID,
        function: String = #function,
        line: UInt = #line
    ) {
        log(level: .debug, message(), metadata: metadata(), file: file, function: function, line: line)
    }

    package func info(
        _ message: @autoclosure () -> Message,
        metadata: @autoclosure () -> LogFields,
        file: String = #fileID,
        function: String = #function,
        line: UInt = #line
    ) {
        log(level: .info, message(), metadata: metadata(), file: file, function: function, line: line)
    }

    package func notice(
        _ message: @autoclosure () -> Message,
        metadata: @autoclosure () -> LogFields,
        file: String = #fileID,
        function: String = #function,
        line: UInt = #line
    ) {
        log(level: .notice, message(), metadata: metadata(), file: file, function: function, line: line)
    }

    package func warning(
        _ message: @autoclosure () -> Message,
        metadata: @autoclosure () -> LogFields,
        file: String = #fileID,
        function: String = #function,
        line: UInt = #line
    ) {
        log(level: .warning, message(), metadata: metadata(), file: file, function: function, line: line)
    }

    package func error(
        _ message: @autoclosure () -> Message,
        metadata: @autoclosure () -> LogFields,
        file: String = #fileID,
        function: String = #function,
        line: UInt = #line
    ) {
        log(level: .error, message(), metadata: metadata(), file: file, function: function, line: line)
    }

    package func critical(
        _ message: @autoclosure () -> Message,
        metadata: @autoclosure () -> LogFields,
        file: String = #fileID,
        function: String = #function,
        line: UInt = #line
    ) {
        log(level: .critical, message(), metadata: metadata(), file: file, function: function, line: line)
    }
}
