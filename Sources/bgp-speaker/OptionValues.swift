import ArgumentParser
import Planning
import SpeakerRuntime

extension DatapathProbe {
    /// The probe an option names; an error that shows the forms for anything else.
    static func option(_ text: String, named option: String) throws -> DatapathProbe {
        guard let probe = DatapathProbe(text) else {
            throw ValidationError("\(option): expected auto, none or an http or https URL, found \"\(text)\"")
        }
        return probe
    }

    /// The probe as the log may say it: of a URL neither user and password nor the query, which can hold a token.
    var withoutSecrets: String {
        switch self {
        case .auto: return "auto"
        case .off: return "none"
        case .url(let url):
            let (head, query) = url.firstIndex(of: "?").map { (url[..<$0], "?…") } ?? (url[...], "")
            guard let scheme = head.firstRange(of: "://") else { return "…" }
            let rest = head[scheme.upperBound...]
            let authority = rest.prefix { $0 != "/" }
            let host = authority.lastIndex(of: "@").map { authority[authority.index(after: $0)...] } ?? authority
            return head[..<scheme.upperBound] + host + rest[authority.endIndex...] + query
        }
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
