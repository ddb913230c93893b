import BGPWire
import NIOCore
import TestSupport
import Testing

@Suite struct GeneratedMessageTests {
    @Test(arguments: UInt64(1)...8)
    func `what is written is read again`(seed: UInt64) {
        var generator = MessageGenerator(seed: seed)
        for _ in 0..<250 {
            let context = generator.context()
            let message = generator.message(context)
            var decoder = MessageDecoder(context: context)
            var bytes = message.encoded(in: context)
            #expect(decoder.decode(buffer: &bytes) == .message(message))
            #expect(bytes.readableBytes == 0)
        }
    }

    @Test(arguments: UInt64(1)...8)
    func `damaged bytes never trap, and what is read of them can be written`(seed: UInt64) {
        var generator = MessageGenerator(seed: seed)
        for _ in 0..<500 {
            let context = generator.context()
            var bytes = generator.message(context).encoded(in: context)
            // The marker stays whole, for without it nothing else would be tried.
            for _ in 0...generator.below(4) {
                let place = Header.markerLength + generator.below(bytes.readableBytes - Header.markerLength)
                bytes.setInteger(generator.octet(), at: place)
            }
            var decoder = MessageDecoder(context: context)
            while let inbound = decoder.decode(buffer: &bytes) {
                guard case .message(let message) = inbound else { continue }
                #expect(message.encoded(in: context).readableBytes >= Header.length)
                if case .update(let update) = message {
                    #expect(update.withdrawals.allSatisfy { Array($0).count == $0.count })
                    #expect(update.announcements.allSatisfy { Array($0.prefixes).count == $0.prefixes.count })
                }
            }
        }
    }

    @Test func `noise is refused at once`() {
        var generator = MessageGenerator(seed: 99)
        for _ in 0..<2000 {
            var bytes = ByteBuffer(bytes: (0..<64).map { _ in generator.octet() })
            var decoder = MessageDecoder()
            #expect(decoder.decode(buffer: &bytes) == .malformed(.connectionNotSynchronized))
            #expect(bytes.readableBytes == 0)
        }
    }
}
