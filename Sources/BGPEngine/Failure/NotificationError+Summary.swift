package import BGPWire

extension NotificationError {
    /// Code, subcode, their name, and what the data says: `6/2 Administrative Shutdown: "maintenance"`.
    package var summary: String {
        "\(code.rawValue)/\(subcode) \(subcodeName ?? codeName)" + (detail.map { ": \($0)" } ?? "")
    }
}
