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
            lines += try decoder.append(piece).map { String(decoding: $0, as: UTF8.self) }
            start += size
        }
        #expect(lines == ["{\"a\":1}", "{\"b\":\"ü\"}", "{\"c\":3}"])
        #expect(try decoder.append(Array("\"}\n".utf8)) == [Array("{\"rest\"}".utf8)])
    }
}
