package import NIOCore

/// Takes a page piece by piece, and lets its author wait while the client does not read.
package final class AdminWriter {
    private var kept = ByteBuffer()
    private let threshold: Int
    private let send: (_ octets: ByteBuffer, _ isFirst: Bool) async throws -> Void
    /// Whether anything has been handed on.
    private(set) var hasSent = false

    /// Hands on what was written whenever it is `threshold` octets or more.
    package init(threshold: Int, send: @escaping (_ octets: ByteBuffer, _ isFirst: Bool) async throws -> Void) {
        self.threshold = threshold
        self.send = send
    }

    /// Writes text; throws when nobody wants the rest.
    package func write(_ text: some StringProtocol) async throws {
        kept.writeBytes(text.utf8)
        try await sendIfLong()
    }

    /// Writes octets; throws when nobody wants the rest.
    package func write(_ octets: some Collection<UInt8>) async throws {
        kept.writeBytes(octets)
        try await sendIfLong()
    }

    /// What was written and is not handed on yet.
    package func takeRest() -> ByteBuffer {
        defer { kept = ByteBuffer() }
        return kept
    }

    private func sendIfLong() async throws {
        // A long page whose server ends would otherwise be made to its end.
        try Task.checkCancellation()
        guard kept.readableBytes >= threshold else { return }
        let isFirst = !hasSent
        hasSent = true
        try await send(takeRest(), isFirst)
    }
}
