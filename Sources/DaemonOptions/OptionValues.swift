import AdminServer
import ArgumentParser
package import BGPTypes

extension ListenAddress {
    /// The address an option names; nil for `none`, an error that shows the forms for anything else.
    static func option(_ text: String, named option: String) throws -> ListenAddress? {
        if text == "none" { return nil }
        guard let address = ListenAddress(text) else {
            throw ValidationError("\(option): expected host:port, [address]:port, :port or none, found \"\(text)\"")
        }
        return address
    }
}

extension IPPrefix {
    /// The network an option names; an error that shows the form for anything else.
    package static func option(_ text: String, named option: String) throws -> IPPrefix {
        guard let prefix = IPPrefix(text) else {
            throw ValidationError("\(option): expected a network such as 10.96.0.0/12, found \"\(text)\"")
        }
        return prefix
    }
}

/// A `--namespace`, as operator and speakers have it.
package enum NamespaceOption {
    /// Throws an error that shows the form for what can be no namespace; nil is none that was given.
    package static func check(_ text: String?) throws {
        guard let text else { return }
        let octets = Array(text.utf8)
        let isLabel = octets.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
        guard isLabel, (1...63).contains(octets.count), octets.first != 0x2D, octets.last != 0x2D else {
            throw ValidationError("--namespace: expected a name such as martlet-system, found \"\(text)\"")
        }
    }
}
