import KubeClient
import Testing

struct JSONLineDecoderTests {
    @Test(arguments: 1...12)
    func `lines come out whole however the bytes are cut`(size: Int) throws {
        let bytes = Array("{\"a\":1}\n\r\n{\"b\":\"ü\"}\r\n\n{\"c\":3}\n{\"rest".utf8)
        var decoder = JSONLineDecoder()
        var lines: [String] = []
        var start = 0
        while start < bytes.count {
            let piece = Array(bytes[start..<min(start + size, bytes.count)])
            lines += try decoder.append(piece).compactMap(text)
            start += size
        }
        #expect(lines == ["{\"a\":1}", "{\"b\":\"ü\"}", "{\"c\":3}"])
        #expect(try decoder.append(Array("\"}\n".utf8)).compactMap(text) == ["{\"rest\"}"])
    }

    @Test func `a line that is too long is passed over, and those around it are not`() throws {
        let long = String(repeating: "x", count: JSONLineDecoder.maximumLength)
        var decoder = JSONLineDecoder()
        var seen: [String] = []
        for piece in ["{\"a\":1}\n{\"b\":\"", long, "\"}", "\n{\"c\":3}\n", "{\"d\":4}\n"] {
            for line in try decoder.append(Array(piece.utf8)) {
                switch line {
                case .whole: seen += text(line).map { [$0] } ?? []
                case .tooLong(let event): seen.append("\(event.length) octets")
                }
            }
        }
        #expect(seen == ["{\"a\":1}", "\(JSONLineDecoder.maximumLength + 8) octets", "{\"c\":3}", "{\"d\":4}"])
    }

    @Test func `a line without an end is given up`() throws {
        let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
        var decoder = JSONLineDecoder()
        _ = try decoder.append(Array("{\"a\":\"".utf8))
        for _ in 1..<(JSONLineDecoder.endless >> 20) { #expect(try decoder.append(piece).isEmpty) }
        let error = #expect(throws: KubeError.self) { _ = try decoder.append(piece) }
        #expect(error?.code == .tooLong)
    }

    private func text(_ line: JSONLineDecoder.Line) -> String? {
        line.bytes.map { String(decoding: $0, as: UTF8.self) }
    }
}
