package import BGPTypes
import PlainText

extension NotificationError {
    /// Why a session is closed without an error (RFC 4486 §4, RFC 8538 §3, RFC 9384), as IANA assigns it.
    package struct Cease: Hashable, Sendable, RawRepresentable {
        /// The subcode.
        package let rawValue: UInt8

        /// Takes any subcode.
        package init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        /// The peer sent more prefixes than it may.
        package static let maximumPrefixes = Cease(rawValue: 1)
        /// Someone closed the session for now.
        package static let administrativeShutdown = Cease(rawValue: 2)
        /// The peer is no longer configured.
        package static let peerDeconfigured = Cease(rawValue: 3)
        /// Someone restarts the session.
        package static let administrativeReset = Cease(rawValue: 4)
        /// The connection comes from where none is wanted.
        package static let connectionRejected = Cease(rawValue: 5)
        /// The configuration changed in a way that needs a new session.
        package static let otherConfigurationChange = Cease(rawValue: 6)
        /// The other of two connections is kept (RFC 4271 §6.8).
        package static let connectionCollisionResolution = Cease(rawValue: 7)
        /// Not enough memory or the like.
        package static let outOfResources = Cease(rawValue: 8)
        /// Forget my routes though graceful restart was agreed; another error is inside the data (RFC 8538 §3).
        package static let hardReset = Cease(rawValue: 9)
        /// BFD says that the path is down (RFC 9384).
        package static let bfdDown = Cease(rawValue: 10)
    }

    /// The subcode of a Cease; `nil` for other codes.
    package var cease: Cease? { code == .cease ? Cease(rawValue: subcode) : nil }

    /// A Cease without data.
    package static func cease(_ subcode: Cease) -> NotificationError {
        NotificationError(code: .cease, subcode: subcode.rawValue)
    }

    /// A Cease with a sentence for the other operator (RFC 9003 §2).
    ///
    /// For shutdown and reset only. The text is cut to 255 octets of UTF-8, at a character.
    package static func cease(_ subcode: Cease, message: String) -> NotificationError {
        var text: [UInt8] = []
        for character in message {
            let octets = Array(character.utf8)
            guard text.count + octets.count <= 255 else { break }
            text += octets
        }
        return NotificationError(
            code: .cease,
            subcode: subcode.rawValue,
            data: text.isEmpty ? [] : [UInt8(truncatingIfNeeded: text.count)] + text
        )
    }

    /// The Cease for too many prefixes, naming the family and the limit (RFC 4486 §4).
    package static func maximumPrefixes(_ family: RouteFamily, limit: UInt32) -> NotificationError {
        NotificationError(
            code: .cease,
            subcode: Cease.maximumPrefixes.rawValue,
            data: octets(family.afi.rawValue) + [family.safi.rawValue]
                + octets(UInt16(truncatingIfNeeded: limit >> 16)) + octets(UInt16(truncatingIfNeeded: limit))
        )
    }

    /// This error as a hard reset, for a peer with which the N bit was agreed (RFC 8538 §3).
    package var asHardReset: NotificationError {
        NotificationError(code: .cease, subcode: Cease.hardReset.rawValue, data: [code.rawValue, subcode] + data)
    }

    /// Whether routes must be forgotten though graceful restart was agreed (RFC 8538 §4).
    package var isHardReset: Bool { cease == .hardReset }

    /// The error inside a hard reset; `nil` when there is none.
    package var insideHardReset: NotificationError? {
        guard isHardReset, data.count >= 2 else { return nil }
        return NotificationError(code: Code(rawValue: data[0]), subcode: data[1], data: Array(data.dropFirst(2)))
    }

    /// The sentence of a shutdown or reset (RFC 9003 §2); `nil` when absent, empty, or its length does not fit.
    ///
    /// Octets that are not UTF-8 are replaced, and what acts on a reader too, since the text goes to terminals and logs.
    package var message: String? {
        guard cease == .administrativeShutdown || cease == .administrativeReset, let length = data.first, length > 0,
            data.count > Int(length)
        else { return nil }
        return String(decoding: data[1...Int(length)], as: UTF8.self).onOneLine
    }
}
