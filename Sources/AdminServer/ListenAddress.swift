/// Where a server listens, written `host:port`, `[2001:db8::1]:port` or `:port` for every address.
package struct ListenAddress: Hashable, Sendable, LosslessStringConvertible {
    /// The host name or address, without brackets.
    package let host: String
    /// 0 to 65535; 0 is any free port.
    package let port: Int

    /// Names a place.
    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads one of the three forms; nil for anything else.
    package init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            return nil
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
        } else if host.contains(":") {
            return nil
        }
        self.init(host: host.isEmpty ? "0.0.0.0" : String(host), port: Int(port))
    }

    /// `host:port`, an IPv6 address in brackets.
    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
