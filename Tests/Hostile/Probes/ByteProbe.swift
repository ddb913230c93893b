import NIOCore

/// Takes any octets as an input: the first says what the session is, the rest is what the peer sends.
package enum ByteProbe {
    /// The rules that the input makes the session break; empty as it should be.
    package static func violations(_ input: some Collection<UInt8>) -> [String] {
        guard let shape = input.first else { return [] }
        var session = HostileSession(HostileSession.Shape(rawValue: shape))
        session.feed(ByteBuffer(bytes: input.dropFirst()))
        return session.violations
    }
}
