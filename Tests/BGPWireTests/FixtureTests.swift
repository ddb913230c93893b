import BGPWire
import NIOCore
import Testing

@Suite struct FixtureTests {
    @Test(arguments: Fixture.all)
    func `a message is written as annotated`(fixture: Fixture) {
        #expect(fixture.message.encoded(in: fixture.context).hex == fixture.bytes.hex)
    }

    @Test(arguments: Fixture.all)
    func `a message is read as annotated`(fixture: Fixture) {
        var decoder = MessageDecoder(context: fixture.context)
        var bytes = fixture.bytes
        #expect(decoder.decode(buffer: &bytes) == .message(fixture.message))
        #expect(bytes.readableBytes == 0)
    }

    @Test(arguments: Fixture.all)
    func `every beginning of a message waits for more`(fixture: Fixture) {
        for length in 0..<fixture.bytes.readableBytes {
            var decoder = MessageDecoder(context: fixture.context)
            var start = fixture.bytes.getSlice(at: 0, length: length) ?? ByteBuffer()
            #expect(decoder.decode(buffer: &start) == nil)
            #expect(start.readableBytes == length)
        }
    }

    @Test(arguments: Fixture.all)
    func `every body that is cut short is refused or means less, and nothing traps`(fixture: Fixture) {
        let body = fixture.bytes.getSlice(at: Header.length, length: fixture.bytes.readableBytes - Header.length)
        guard let body, body.readableBytes > 0 else { return }
        for length in 0..<body.readableBytes {
            let part = body.getSlice(at: body.readerIndex, length: length) ?? ByteBuffer()
            let message = try? Message(type: fixture.message.type, body: part, context: fixture.context)
            #expect(message != fixture.message)
        }
    }

    @Test func `messages are found whatever the segments`() throws {
        let fixtures = Fixture.all.filter { $0.context == .external }
        var stream = ByteBuffer()
        for fixture in fixtures { stream.writeImmutableBuffer(fixture.bytes) }
        for size in 1...64 {
            var decoder = MessageDecoder(context: .external)
            var buffer = ByteBuffer()
            var rest = stream
            var found: [MessageDecoder.Inbound] = []
            while let segment = rest.readSlice(length: min(size, rest.readableBytes)), segment.readableBytes > 0 {
                buffer.writeImmutableBuffer(segment)
                while let inbound = decoder.decode(buffer: &buffer) { found.append(inbound) }
            }
            #expect(found == fixtures.map { .message($0.message) })
        }
    }
}
