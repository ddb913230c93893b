import PlainText

/// Who is asked whether a node forwards service traffic before the node attracts any (`--datapath-probe`).
package enum DatapathProbe: Hashable, Sendable {
    /// Whichever of the programs that are known listens on the node (`DatapathProgram.known`).
    case auto
    /// One http or https URL.
    case url(String)
    /// Nobody: the node announces as soon as it is configured.
    case off

    /// Reads `auto`, `none` or an http or https URL; nil for anything else.
    package init?(_ text: String) {
        switch text {
        case "auto": self = .auto
        case "none": self = .off
        case _ where Self.isURL(text): self = .url(text)
        default: return nil
        }
    }

    private static func isURL(_ text: String) -> Bool {
        let scheme = ["http://", "https://"].first { text.lowercased().hasPrefix($0) }
        guard let scheme else { return false }
        let rest = text.dropFirst(scheme.count)
        return !rest.isEmpty && rest.first != "/" && !rest.contains { $0.isWhitespace }
    }
}

/// A program that forwards service traffic on a node and says at a port of its own whether it does.
package struct DatapathProgram: Hashable, Sendable {
    /// Its name, as messages say it.
    package let name: String
    /// The port, of a loopback address of the node.
    package let port: UInt16
    /// The path that says whether services are forwarded.
    package let path: String
    /// Header fields that the question takes.
    package let headers: [DatapathQuestion.Header]

    /// Describes a program.
    package init(name: String, port: UInt16, path: String, headers: [DatapathQuestion.Header] = []) {
        self.name = name
        self.port = port
        self.path = path
        self.headers = headers
    }

    /// The programs that are looked for, in this order when several listen at once.
    ///
    /// Any status of 200 to 399 is yes: kube-proxy and Cilium's agent answer 200 or 503, kube-router 200 or 500, Felix 200, 204 or
    /// 503. Cilium's agent is asked whether it runs, and not whether it reaches an API server, which a node that starts from
    /// its last good state does without.
    package static let known = [
        DatapathProgram(name: "kube-proxy", port: 10256, path: "/healthz"),
        DatapathProgram(
            name: "Cilium's agent",
            port: 9879,
            path: "/healthz",
            headers: [.init("brief", "true"), .init("require-k8s-connectivity", "false")]
        ),
        DatapathProgram(name: "kube-router", port: 20244, path: "/healthz"),
        DatapathProgram(name: "Calico's Felix", port: 9099, path: "/readiness"),
    ]
}

/// Where a program of a node may listen: one of the node's loopback addresses.
package struct DatapathPlace: Hashable, Sendable {
    package let program: DatapathProgram
    /// `127.0.0.1` or `::1`; a program of a cluster without IPv4 listens on the latter alone.
    package let host: String

    /// A place.
    package init(program: DatapathProgram, host: String) {
        self.program = program
        self.host = host
    }

    /// The question to ask there.
    package var question: DatapathQuestion {
        let host = host.contains(":") ? "[\(host)]" : host
        return DatapathQuestion(
            name: program.name,
            url: "http://\(host):\(program.port)\(program.path)",
            headers: program.headers
        )
    }
}

/// What is asked of whom.
package struct DatapathQuestion: Hashable, Sendable {
    /// A field of the request's head.
    package struct Header: Hashable, Sendable {
        package let name: String
        package let value: String

        /// A field.
        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// The program that answers; nil where only the URL is known.
    package let name: String?
    package let url: String
    /// The fields that the request has besides.
    package let headers: [Header]

    /// A question.
    package init(name: String?, url: String, headers: [Header] = []) {
        self.name = name
        self.url = url
        self.headers = headers
    }

    /// Who is asked, in words: `kube-proxy at http://127.0.0.1:10256/healthz`.
    package var place: String { (name.map { "\($0) at " } ?? "") + url }
}
