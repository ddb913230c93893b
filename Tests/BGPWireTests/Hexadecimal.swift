import NIOCore

extension ByteBuffer {
    /// Reads an annotated dump: pairs of digits, spaces where it helps, and from `#` to the end of a line words.
    init(hex text: String) {
        let digits = text.split(separator: "\n")
            .flatMap { $0.prefix { $0 != "#" } }
            .filter { !$0.isWhitespace }
        self.init()
        for index in stride(from: 0, to: digits.count - 1, by: 2) {
            writeInteger(UInt8(String(digits[index...(index + 1)]), radix: 16) ?? 0)
        }
    }

    /// Pairs of digits.
    var hex: String {
        readableBytesView.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

/// The sixteen ones in front of every message.
let marker = "ffffffff ffffffff ffffffff ffffffff"
