#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
package import PlainText
#endif

/// Somewhere text goes: a terminal, a pipe, a test.
package protocol TextSink: Sendable {
    /// Writes all of the text; throws ``BrokenPipe`` when nobody reads it any more.
    func write(_ text: String) throws
}

/// Whoever read the output has gone, as `head` does.
package struct BrokenPipe: Error {
    package init() {}
}

/// An open file of this process.
package struct FileSink: TextSink {
    /// Where data goes.
    package static let standardOutput = FileSink(descriptor: STDOUT_FILENO)

    /// Where everything else goes.
    package static let standardError = FileSink(descriptor: STDERR_FILENO)

    private let descriptor: Int32

    /// Whether a person sits at the other end.
    package var isTerminal: Bool { isatty(descriptor) == 1 }

    /// Writes all of the text, however many calls that takes.
    package func write(_ text: String) throws {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { bytes in
                #if canImport(Darwin)
                Darwin.write(descriptor, bytes.baseAddress, bytes.count)
                #elseif canImport(Musl)
                Musl.write(descriptor, bytes.baseAddress, bytes.count)
                #else
                Glibc.write(descriptor, bytes.baseAddress, bytes.count)
                #endif
            }
            if written > 0 {
                rest = rest.dropFirst(written)
            } else if errno == EAGAIN {
                var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&wait, 1, -1)
            } else if errno != EINTR {
                throw BrokenPipe()
            }
        }
    }
}

/// The program's surroundings, so that tests can stand in for them.
package struct Console: Sendable {
    /// Where data goes.
    package let output: any TextSink

    /// Where everything else goes.
    package let errors: any TextSink

    /// Whether the data goes to a person's terminal.
    package let isTerminal: Bool

    /// The environment variables.
    package let environment: [String: String]

    /// The time by the clock on the wall, from which ages are counted.
    package let now: @Sendable () -> Timestamp

    /// Makes surroundings.
    package init(
        output: any TextSink,
        errors: any TextSink,
        isTerminal: Bool = false,
        environment: [String: String] = [:],
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.output = output
        self.errors = errors
        self.isTerminal = isTerminal
        self.environment = environment
        self.now = now
    }

    /// Writes a line of something that is not data; that nobody reads it is no reason to stop.
    package func note(_ line: String) {
        try? errors.write(line.onOneLine + "\n")
    }

    /// Writes why something could not be done, and what can be done about it.
    package func tell(_ failure: CommandFailure) {
        note(failure.message)
        if let hint = failure.hint { note(hint) }
    }

    /// Writes that a part of the answer is missing or not as it should be.
    package func warn(_ text: String) {
        note("warning: " + text)
    }
}
