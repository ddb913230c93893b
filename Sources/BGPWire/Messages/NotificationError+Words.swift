import PlainText

extension NotificationError {
    /// The name of the code, as IANA's registry has it; `code 9` for one that is not there.
    package var codeName: String {
        switch code {
        case .messageHeader: "Message Header Error"
        case .openMessage: "OPEN Message Error"
        case .updateMessage: "UPDATE Message Error"
        case .holdTimerExpired: "Hold Timer Expired"
        case .stateMachine: "Finite State Machine Error"
        case .cease: "Cease"
        case .routeRefresh: "ROUTE-REFRESH Message Error"
        case .sendHoldTimerExpired: "Send Hold Timer Expired"
        default: "code \(code.rawValue)"
        }
    }

    /// The name of the subcode, as IANA's registry has it; `nil` for 0, which says nothing.
    package var subcodeName: String? {
        guard subcode != 0 else { return nil }
        return Self.subcodeNames[code]?[subcode] ?? "subcode \(subcode)"
    }

    private static let subcodeNames: [Code: [UInt8: String]] = [
        .messageHeader: [
            1: "Connection Not Synchronized", 2: "Bad Message Length", 3: "Bad Message Type",
        ],
        .openMessage: [
            1: "Unsupported Version Number", 2: "Bad Peer AS", 3: "Bad BGP Identifier",
            4: "Unsupported Optional Parameter", 5: "Authentication Failure", 6: "Unacceptable Hold Time",
            7: "Unsupported Capability", 11: "Role Mismatch",
        ],
        .updateMessage: [
            1: "Malformed Attribute List", 2: "Unrecognized Well-known Attribute",
            3: "Missing Well-known Attribute", 4: "Attribute Flags Error", 5: "Attribute Length Error",
            6: "Invalid ORIGIN Attribute", 7: "AS Routing Loop", 8: "Invalid NEXT_HOP Attribute",
            9: "Optional Attribute Error", 10: "Invalid Network Field", 11: "Malformed AS_PATH",
        ],
        .stateMachine: [
            1: "Receive Unexpected Message in OpenSent State", 2: "Receive Unexpected Message in OpenConfirm State",
            3: "Receive Unexpected Message in Established State",
        ],
        .cease: [
            1: "Maximum Number of Prefixes Reached", 2: "Administrative Shutdown", 3: "Peer De-configured",
            4: "Administrative Reset", 5: "Connection Rejected", 6: "Other Configuration Change",
            7: "Connection Collision Resolution", 8: "Out of Resources", 9: "Hard Reset", 10: "BFD Down",
        ],
        .routeRefresh: [
            1: "Invalid Message Length"
        ],
    ]

    /// What the data says in words; `nil` when it says nothing that is known.
    package var detail: String? {
        switch (code, subcode, data.count) {
        case (.messageHeader, 2, 2):
            return "length \(UInt16(data[0]) << 8 | UInt16(data[1]))"
        case (.messageHeader, 3, 1), (.stateMachine, 1...3, 1):
            return namedMessage?.description
        case (.openMessage, 1, 2):
            return namedVersion.map { "version \($0) is supported" }
        case (.openMessage, 7, 2...):
            return namedCapabilities.isEmpty ? nil : namedCapabilities.map(\.words).asSentence()
        case (.updateMessage, _, _):
            return namedAttribute?.description
        case (.cease, 1, 7):
            return namedPrefixLimit.map { "\($0.family), limit \($0.limit)" }
        case (.cease, 2, _), (.cease, 4, _):
            return message.map { "\"\($0)\"" }
        case (.cease, 9, _):
            return insideHardReset?.description
        default:
            return nil
        }
    }
}

extension NotificationError: CustomStringConvertible {
    /// Code and subcode by name, what the data says, and the numbers: `Cease, Administrative Shutdown: "…" (6/2)`.
    package var description: String {
        [codeName, subcodeName].compactMap { $0 }.joined(separator: ", ")
            + (detail.map { ": \($0)" } ?? "")
            + " (\(code.rawValue)/\(subcode))"
    }
}
