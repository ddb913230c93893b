import Addressing
import AdminServer
import ArgumentParser
import Logging
import Planning
import SpeakerRuntime

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

extension DatapathProbe {
    /// The probe an option names; an error that shows the forms for anything else.
    static func option(_ text: String, named option: String) throws -> DatapathProbe {
        guard let probe = DatapathProbe(text) else {
            throw ValidationError("\(option): expected auto, none or an http or https URL, found \"\(text)\"")
        }
        return probe
    }
}

extension MemorySize {
    /// The amount an option names; an error that shows the form for anything else, and for what is too little.
    static func option(_ text: String, named option: String) throws -> MemorySize {
        guard let size = MemorySize(text), size.octets >= MemoryLimit.leastReceivedRoutes else {
            let least = MemorySize(octets: MemoryLimit.leastReceivedRoutes)
            throw ValidationError("\(option): expected \(least) or more, such as 128Mi, found \"\(text)\"")
        }
        return size
    }
}

extension Logger.Level {
    /// The level an option names; an error that lists the levels for anything else.
    static func option(_ text: String, named option: String) throws -> Logger.Level {
        guard let level = Logger.Level(rawValue: text) else {
            let names = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("\(option): expected one of \(names), found \"\(text)\"")
        }
        return level
    }
}

extension IPPrefix {
    /// The network an option names; an error that shows the form for anything else.
    static func option(_ text: String, named option: String) throws -> IPPrefix {
        guard let prefix = IPPrefix(text) else {
            throw ValidationError("\(option): expected a network such as 10.96.0.0/12, found \"\(text)\"")
        }
        return prefix
    }
}
