import Addressing
import BGPEngine
import BGPWire
import NIOCore
import TestSupport
import Testing

@Suite struct `A peer that sends anything` {
    /// How many damaged inputs are tried, by all seeds together.
    private static let inputs = Effort.count("MARTLET_FUZZ_INPUTS", usual: 4000)
    private static let seeds = 0..<8 as Range<UInt64>

    @Test(arguments: seeds)
    func `neither stops the program nor makes it break its own rules`(seed: UInt64) throws {
        var generator = MessageGenerator(seed: seed)
        var session = try HostileSession(&generator)
        for input in 0..<Self.inputs / Self.seeds.count {
            if session.isClosed { session = try HostileSession(&generator) }
            session.receive(generator.damagedBytes(session.context), &generator)
            let violations = session.violations
            try #require(violations == [], "seed \(seed), input \(input)")
        }
    }
}

/// A session and the table behind it, fed with bytes; holds every answer against the rules.
private struct HostileSession {
    private var machine: SessionStateMachine
    private var decoder: MessageDecoder
    private var received = AdjacencyIn()
    private var hasSaidGoodbye = false
    private let configuration: PeerConfiguration
    private(set) var violations: [String] = []
    private(set) var isClosed = false

    /// Starts in any state.
    init(_ generator: inout MessageGenerator) throws {
        configuration = try Fixture.peer(
            families: generator.chance(4) ? [] : [.ipv4Unicast, .ipv6Unicast],
            restartTime: generator.chance(2) ? 120 : nil
        )
        let local = configuration.open(restarted: false)
        machine = SessionStateMachine.start(configuration, restarted: false).machine
        decoder = MessageDecoder(local: local)
        guard !generator.chance(4) else { return }
        let capabilities: [Capability] = [
            .multiprotocol(.ipv4Unicast), .multiprotocol(.ipv6Unicast), .routeRefresh, .fourOctetAS(65000),
            Fixture.gracefulRestart(notifications: generator.chance(2)),
        ]
        feed(Message.open(try Fixture.open(capabilities: capabilities)).encoded(in: WireContext()))
        if !generator.chance(4) { feed(Message.keepalive.encoded(in: WireContext())) }
    }

    /// What the peer has to know to send messages that fit.
    var context: WireContext { decoder.context }

    /// Takes bytes in pieces of any size.
    mutating func receive(_ bytes: ByteBuffer, _ generator: inout MessageGenerator) {
        var rest = bytes
        var unread = ByteBuffer()
        while let piece = rest.readSlice(length: min(rest.readableBytes, 1 + generator.below(600))),
            piece.readableBytes > 0
        {
            unread.writeImmutableBuffer(piece)
            feed(&unread)
        }
        if generator.chance(20) { handle(.expired(generator.chance(2) ? .hold : .sendHold)) }
        if generator.chance(20) { handle(.disconnected(.resetByPeer)) }
    }

    private mutating func feed(_ bytes: ByteBuffer) {
        var bytes = bytes
        feed(&bytes)
    }

    private mutating func feed(_ bytes: inout ByteBuffer) {
        while let inbound = decoder.decode(buffer: &bytes) {
            switch inbound {
            case .message(let message): handle(.received(message))
            case .malformed(let error): handle(.malformed(error))
            }
        }
        if bytes.readableBytes > decoder.context.maximumReceivedLength { violations.append("keeps bytes for ever") }
    }

    private mutating func handle(_ event: SessionStateMachine.Event) {
        for action in machine.handle(event) {
            if isClosed { violations.append("\(action) after the end") }
            switch action {
            case .send(let message):
                if hasSaidGoodbye { violations.append("\(message.type) after NOTIFICATION") }
                if case .notification = message { hasSaidGoodbye = true }
                if message.encoded(in: decoder.context).readableBytes > WireContext.standardMessageLength {
                    violations.append("\(message.type) too long")
                }
            case .deliver(let update):
                take(update)
            case .close(let failure):
                isClosed = true
                if let failure { check(failure.explanation(for: configuration, localAddress: nil)) }
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

extension MessageGenerator {
    /// A few messages of which most have octets changed, cut off, doubled or a wrong length.
    fileprivate mutating func damagedBytes(_ context: WireContext) -> ByteBuffer {
        var bytes = ByteBuffer()
        for _ in 0...below(3) { bytes.writeImmutableBuffer(message(context).encoded(in: context)) }
        guard !chance(4) else { return bytes }
        for _ in 0...below(6) {
            let place =
                bytes.readerIndex + Header.markerLength + below(max(1, bytes.readableBytes - Header.markerLength))
            switch below(4) {
            case 0: bytes.setInteger(octet(), at: min(place, bytes.writerIndex - 1))
            case 1: bytes.setInteger(UInt8(0xFF), at: min(place, bytes.writerIndex - 1))
            case 2: bytes.setInteger(UInt8(0), at: min(place, bytes.writerIndex - 1))
            default:
                guard chance(4) else { continue }
                bytes.moveWriterIndex(to: max(place, bytes.readerIndex + 1))
            }
        }
        return bytes
    }
}
