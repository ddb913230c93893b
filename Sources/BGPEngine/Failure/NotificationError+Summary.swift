package import BGPWire

extension NotificationError {
    /// Code, subcode, their name, and the sentence that came with them: `6/2 administrative shutdown ("maintenance")`.
    package var summary: String {
        var text = "\(code.rawValue)/\(subcode) \(name)"
        if let inner = insideHardReset { text += " with \(inner.summary)" }
        if let message { text += " (\"\(message)\")" }
        return text
    }

    /// The name of the error in words, as IANA's registries have it.
    package var name: String {
        switch code {
        case .messageHeader: Self.lookUp(subcode, Self.headerErrors) ?? "message header error"
        case .openMessage: Self.lookUp(subcode, Self.openErrors) ?? "OPEN message error"
        case .updateMessage: Self.lookUp(subcode, Self.updateErrors) ?? "UPDATE message error"
        case .holdTimerExpired: "hold timer expired"
        case .stateMachine: Self.lookUp(subcode, Self.stateErrors) ?? "finite state machine error"
        case .cease: Self.lookUp(subcode, Self.ceases) ?? "cease"
        case .routeRefresh: "ROUTE-REFRESH message error"
        case .sendHoldTimerExpired: "send hold timer expired"
        default: "unknown error"
        }
    }

    private static func lookUp(_ subcode: UInt8, _ names: [String]) -> String? {
        let index = Int(subcode) - 1
        return names.indices.contains(index) ? names[index] : nil
    }

    private static let headerErrors = ["connection not synchronized", "bad message length", "bad message type"]
    private static let openErrors = [
        "unsupported version number", "bad peer AS", "bad BGP identifier", "unsupported optional parameter",
        "authentication failure", "unacceptable hold time", "unsupported capability",
    ]
    private static let updateErrors = [
        "malformed attribute list", "unrecognized well-known attribute", "missing well-known attribute",
        "attribute flags error", "attribute length error", "invalid ORIGIN attribute", "AS routing loop",
        "invalid NEXT_HOP attribute", "optional attribute error", "invalid network field", "malformed AS_PATH",
    ]
    private static let stateErrors = [
        "unexpected message in OpenSent", "unexpected message in OpenConfirm", "unexpected message in Established",
    ]
    private static let ceases = [
        "maximum number of prefixes reached", "administrative shutdown", "peer de-configured", "administrative reset",
        "connection rejected", "other configuration change", "connection collision resolution", "out of resources",
        "hard reset", "BFD down",
    ]
}
