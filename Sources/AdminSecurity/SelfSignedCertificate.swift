import AdminServer
import Crypto
import FoundationEssentials
import KubeModel
import PlainText

extension AdminCertificate {
    /// A new P-256 key with a certificate of its own for ten years (RFC 5280 §4.1).
    ///
    /// The few fields it needs are written here rather than by a library for all certificates, since every node would carry
    /// that for one certificate at its start.
    static func selfSigned(now: Timestamp = Timestamp(Date.now)) throws -> AdminCertificate {
        let key = P256.Signing.PrivateKey()
        let name = DER.sequence(DER.set(DER.sequence(DER.commonName, DER.text("martlet"))))
        var generator = SystemRandomNumberGenerator()
        // Positive, and of a fixed length: between 2^126 and 2^127.
        let serial = withUnsafeBytes(of: (generator.next(), generator.next())) { bytes -> [UInt8] in
            [bytes[0] & 0x3F | 0x40] + bytes.dropFirst()
        }
        let body = DER.sequence(
            DER.explicit(0, DER.integer([2])),
            DER.integer(serial),
            DER.sequence(DER.ecdsaWithSHA256),
            name,
            DER.sequence(
                // A client's clock may be behind.
                DER.time(Timestamp(secondsSinceEpoch: now.secondsSinceEpoch - 86_400)),
                DER.time(Timestamp(secondsSinceEpoch: now.secondsSinceEpoch + 3650 * 86_400))
            ),
            name,
            Array(key.publicKey.derRepresentation),
            DER.explicit(
                3,
                DER.sequence(
                    DER.sequence(DER.subjectAltName, DER.octets(DER.sequence(DER.dnsName("martlet")))),
                    DER.sequence(DER.extendedKeyUsage, DER.octets(DER.sequence(DER.serverAuthentication)))
                )
            )
        )
        let signature = try key.signature(for: body)
        let certificate = DER.sequence(
            body,
            DER.sequence(DER.ecdsaWithSHA256),
            DER.bits(Array(signature.derRepresentation))
        )
        return AdminCertificate(chain: DER.pem(certificate, "CERTIFICATE"), key: key.pemRepresentation)
    }
}

/// The distinguished encoding rules (X.690), as far as one certificate needs them.
private enum DER {
    static let ecdsaWithSHA256: [UInt8] = [0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02]
    static let commonName: [UInt8] = [0x06, 0x03, 0x55, 0x04, 0x03]
    static let subjectAltName: [UInt8] = [0x06, 0x03, 0x55, 0x1D, 0x11]
    static let extendedKeyUsage: [UInt8] = [0x06, 0x03, 0x55, 0x1D, 0x25]
    static let serverAuthentication: [UInt8] = [0x06, 0x08, 0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01]

    static func sequence(_ parts: [UInt8]...) -> [UInt8] { value(0x30, parts.flatMap { $0 }) }

    static func set(_ part: [UInt8]) -> [UInt8] { value(0x31, part) }

    static func explicit(_ number: UInt8, _ part: [UInt8]) -> [UInt8] { value(0xA0 | number, part) }

    /// A number without a sign whose highest bit is not set.
    static func integer(_ octets: [UInt8]) -> [UInt8] { value(0x02, octets) }

    static func bits(_ octets: [UInt8]) -> [UInt8] { value(0x03, [0] + octets) }

    static func octets(_ octets: [UInt8]) -> [UInt8] { value(0x04, octets) }

    static func text(_ text: String) -> [UInt8] { value(0x0C, Array(text.utf8)) }

    static func dnsName(_ name: String) -> [UInt8] { value(0x82, Array(name.utf8)) }

    /// UTCTime until 2049, GeneralizedTime afterwards (RFC 5280 §4.1.2.5).
    static func time(_ time: Timestamp) -> [UInt8] {
        let digits = time.description.prefix { $0 != "." }.filter(\.isNumber)
        guard digits.hasPrefix("20"), digits < "205" else { return value(0x18, Array("\(digits)Z".utf8)) }
        return value(0x17, Array("\(digits.dropFirst(2))Z".utf8))
    }

    static func pem(_ octets: [UInt8], _ label: String) -> String {
        let text = Data(octets).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
        return "-----BEGIN \(label)-----\n\(text)\n-----END \(label)-----\n"
    }

    private static func value(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] { [tag] + length(content.count) + content }

    private static func length(_ count: Int) -> [UInt8] {
        if count < 0x80 { return [UInt8(count)] }
        if count < 0x100 { return [0x81, UInt8(count)] }
        return [0x82, UInt8(truncatingIfNeeded: count >> 8), UInt8(truncatingIfNeeded: count)]
    }
}
