package import Addressing
import AdminServer
import ArgumentParser

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
