import BGPEngine
import BGPTypes
package import BGPWire
package import NIOCore
package import TestSupport

/// A session and the table behind it, fed with bytes; holds every answer against the rules.
package struct HostileSession {
    private var machine: SessionStateMachine
    private var decoder: MessageDecoder
    private var unread = ByteBuffer()
    private var received = AdjacencyIn(seed: 1)
    private var hasSaidGoodbye = false
    private let configuration: PeerConfiguration
    /// The rules that were broken; empty as it should be.
    package private(set) var violations: [String] = []
    /// Whether the connection is over, so that the next input needs another one.
    package private(set) var isClosed = false
    /// What was seen, to tell whether the inputs go where they should.
    package private(set) var tally = Tally()

    /// Starts in any state, for any kind of peer.
    package init(_ generator: inout MessageGenerator) {
        self.init(Shape(rawValue: generator.octet()))
    }

    /// Starts in the state and for the kind of peer that the shape says.
    package init(_ shape: Shape) {
        configuration = SomePeer.configuration(
            families: shape.contains(.unspecifiedFamilies) ? [] : [.ipv4Unicast, .ipv6Unicast],
            restartTime: shape.contains(.gracefulRestart) ? 120 : nil,
            isInternal: shape.contains(.internal)
        )
        machine = SessionStateMachine.start(configuration, restarted: false).machine
        decoder = MessageDecoder(local: configuration.open(restarted: false))
        guard !shape.contains(.beforeOpen) else { return }
        let open = SomePeer.open(
            isInternal: shape.contains(.internal),
            fourOctetAS: !shape.contains(.twoOctetAS),
            notifications: shape.contains(.notifications)
        )
        feed(Message.open(open).encoded(in: WireContext()))
        if !shape.contains(.beforeKeepalive) { feed(Message.keepalive.encoded(in: WireContext())) }
    }

    /// What a session is when the bytes begin; each bit one choice.
    package struct Shape: OptionSet, Sendable {
        package let rawValue: UInt8

        /// Takes any octet.
        package init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        /// Both in one AS.
        package static let `internal` = Shape(rawValue: 1)
        /// The peer does not know AS numbers of four octets.
        package static let twoOctetAS = Shape(rawValue: 2)
        /// This side offers graceful restart.
        package static let gracefulRestart = Shape(rawValue: 4)
        /// The peer keeps routes over a NOTIFICATION (RFC 8538).
        package static let notifications = Shape(rawValue: 8)
        /// This side offers no family by name.
        package static let unspecifiedFamilies = Shape(rawValue: 16)
        /// The peer has not said KEEPALIVE yet; only together with the next, so that most sessions are up.
        package static let beforeKeepalive = Shape(rawValue: 32 | 64)
        /// The peer has not said OPEN yet; only together with the first and last bit.
        package static let beforeOpen = Shape(rawValue: 128 | 1)
    }

    /// What inputs were made of, to tell whether they go where they should.
    package struct Tally: Sendable {
        /// Connections that were begun.
        package var sessions = 0
        /// Octets that were taken.
        package var octets = 0
        /// Messages that could be read.
        package var messages = 0
        /// UPDATEs by what RFC 7606 asks for; in order: nothing, discard, treat as withdraw, reset.
        package var updates = [0, 0, 0, 0]
        /// NOTIFICATIONs that were sent.
        package var notifications = 0

        /// Nothing yet.
        package init() {}

        /// Adds another's counts.
        package static func += (left: inout Tally, right: Tally) {
            left.sessions += right.sessions
            left.octets += right.octets
            left.messages += right.messages
            left.updates = zip(left.updates, right.updates).map(+)
            left.notifications += right.notifications
        }
    }

    /// What the peer has to know to send messages that fit.
    package var context: WireContext { decoder.context }

    /// Takes bytes in pieces of any size.
    package mutating func receive(_ bytes: ByteBuffer, _ generator: inout MessageGenerator) {
        var rest = bytes
        while let piece = rest.readSlice(length: min(rest.readableBytes, 1 + generator.below(600))),
            piece.readableBytes > 0
        {
            feed(piece)
        }
        if generator.chance(20) { handle(.expired(generator.chance(2) ? .hold : .sendHold)) }
        if generator.chance(20) { handle(.disconnected(.resetByPeer)) }
    }

    /// Takes the next bytes of the connection.
    package mutating func feed(_ bytes: ByteBuffer) {
        tally.octets += bytes.readableBytes
        unread.writeImmutableBuffer(bytes)
        while !isClosed, let inbound = next() {
            switch inbound {
            case .message(let message):
                tally.messages += 1
                violations += CanonicalForm.violations(message, decoder.context)
                handle(.received(message))
            case .malformed(let error):
                handle(.malformed(error))
            }
        }
        // What comes after the end is nobody's.
        if !isClosed, unread.readableBytes > decoder.context.maximumReceivedLength {
            violations.append("keeps bytes for ever")
        }
        unread.discardReadBytes()
    }

    /// The next message, an UPDATE's treatment compared with what RFC 7606 asks for.
    private mutating func next() -> MessageDecoder.Inbound? {
        let before = unread
        let context = decoder.context
        let inbound = decoder.decode(buffer: &unread)
        guard inbound != nil, let length = before.getInteger(at: before.readerIndex + 16, as: UInt16.self),
            before.getInteger(at: before.readerIndex + 18, as: UInt8.self) == MessageType.update.rawValue,
            let body = before.getBytes(at: before.readerIndex + Header.length, length: Int(length) - Header.length)
        else { return inbound }
        let found: AttributeFault.Disposition?
        switch inbound {
        case .message(.update(let update)): found = update.disposition
        case .malformed(let error) where error.code == .updateMessage: found = .resetSession
        default: return inbound
        }
        let expected = AttributeJudge.verdict(body, context)
        tally.updates[expected.map { $0.rawValue + 1 } ?? 0] += 1
        if found != expected {
            violations.append(
                "an UPDATE is treated as \(found.shown) where RFC 7606 has \(expected.shown): \(body.hex)"
            )
        }
        return inbound
    }

    private mutating func handle(_ event: SessionStateMachine.Event) {
        for action in machine.handle(event) {
            if isClosed { violations.append("\(action) after the end") }
            switch action {
            case .send(let message):
                if hasSaidGoodbye { violations.append("\(message.type) after NOTIFICATION") }
                if case .notification = message {
                    hasSaidGoodbye = true
                    tally.notifications += 1
                }
                if message.encoded(in: decoder.context).readableBytes > WireContext.standardMessageLength {
                    violations.append("\(message.type) too long")
                }
            case .deliver(let update):
                take(update)
            case .close(let failure):
                isClosed = true
                if let failure { check(failure.explanation(for: configuration, in: FailureContext())) }
            case .arm, .cancel, .established, .repeatRoutes:
                break
            }
        }
        if hasSaidGoodbye, !isClosed { violations.append("a NOTIFICATION without an end") }
    }

    private mutating func take(_ update: UpdateMessage) {
        received.receive(update)
        for family in IPFamily.allCases {
            let routes = received.routes(family, limit: 3)
            if routes.count != min(received.count(family), 3) { violations.append("a list that is not the table") }
        }
        if received.attributeSets > received.count(.ipv4) + received.count(.ipv6) {
            violations.append("attributes of no route")
        }
    }

    private mutating func check(_ words: FailureExplanation) {
        if words.seen.isEmpty || words.cause.isEmpty || words.fix.isEmpty {
            violations.append("a failure without words")
        }
    }
}

extension AttributeFault.Disposition? {
    fileprivate var shown: String { map { "\($0)" } ?? "sound" }
}

extension [UInt8] {
    /// Two digits for each octet.
    fileprivate var hex: String {
        map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
