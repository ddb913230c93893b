package import NIOCore

/// Cuts a stream of bytes into messages (RFC 4271 §4.1, §6.1).
///
/// It never throws, for a pipeline would erase the error's type: what cannot be read comes out as
/// ``Inbound/malformed(_:)``, and nothing comes after it. It does not wait for bytes that cannot change the verdict.
///
/// It learns what the session agrees on by itself: given the OPEN that was sent, it works out ``context`` the moment it
/// reads the peer's. So an UPDATE right behind an OPEN in one segment is read correctly, without a race.
package struct MessageDecoder: NIOSingleStepByteToMessageDecoder, Sendable {
    /// What comes out.
    package enum Inbound: Hashable, Sendable {
        /// A whole message.
        case message(Message)
        /// The session must end, with this error.
        case malformed(NotificationError)
    }

    /// What the bytes become, as swift-nio names it.
    package typealias InboundOut = Inbound

    /// The OPEN that this side sends on the connection; `nil` while that is not known.
    package var local: Open?
    /// What the session agrees on; RFC 4271's defaults until both OPENs are known.
    package private(set) var context: WireContext
    private var isBroken = false

    /// Starts before the first byte.
    package init(local: Open? = nil) {
        self.local = local
        context = WireContext()
    }

    /// Starts in the middle of a session.
    package init(context: WireContext) {
        self.context = context
    }

    /// The next message, or `nil` when there is not enough to tell.
    package mutating func decode(buffer: inout ByteBuffer) -> Inbound? {
        guard !isBroken else {
            buffer.moveReaderIndex(to: buffer.writerIndex)
            return nil
        }
        do throws(NotificationError) {
            guard let message = try read(&buffer) else { return nil }
            if case .open(let remote) = message, let local {
                context = WireContext.negotiate(local: local, remote: remote)
            }
            return .message(message)
        } catch {
            isBroken = true
            buffer.moveReaderIndex(to: buffer.writerIndex)
            return .malformed(error)
        }
    }

    /// What is left at the end of the stream is no message; the closed connection says the rest.
    package mutating func decodeLast(buffer: inout ByteBuffer, seenEOF: Bool) -> Inbound? {
        let inbound = decode(buffer: &buffer)
        if inbound == nil { buffer.moveReaderIndex(to: buffer.writerIndex) }
        return inbound
    }

    private func read(_ buffer: inout ByteBuffer) throws(NotificationError) -> Message? {
        let start = buffer.readerIndex
        let marker = buffer.readableBytesView.prefix(Header.markerLength)
        guard marker.allSatisfy({ $0 == 0xFF }) else { throw .connectionNotSynchronized }
        guard
            let (length, code) = buffer.getMultipleIntegers(
                at: start + Header.markerLength,
                as: (UInt16, UInt8).self
            )
        else { return nil }
        let type = MessageType(rawValue: code)
        guard length >= Header.length, length <= context.maximumReceivedLength else { throw .badMessageLength(length) }
        guard (MessageType.open.rawValue...MessageType.routeRefresh.rawValue).contains(code) else {
            throw .badMessageType(code)
        }
        guard length >= Header.minimumLength(type), length <= Header.maximumLength(type, context: context) else {
            throw .badMessageLength(length)
        }
        guard buffer.readableBytes >= Int(length), var frame = buffer.readSlice(length: Int(length)) else { return nil }
        frame.moveReaderIndex(forwardBy: Header.length)
        return try Message(type: type, body: frame, context: context)
    }
}
