import TestSupport
import Testing

/// Nothing of Martlet is published, so no page, image or chart of ours is anywhere but where a person puts it.
@Suite struct MentionTests {
    @Test func `links in pages lead to files and headings`() throws {
        var complaints: [String] = []
        for page in try Self.files().filter({ $0.hasSuffix(".md") }) {
            for target in Self.links(in: try Checkout.read(page)) where !target.contains("://") {
                let parts = target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
                let file = parts[0].isEmpty ? page : Self.path(String(parts[0]), from: page)
                if !Self.exists(file) {
                    complaints.append("\(page): \(target)")
                } else if parts.count > 1, file.hasSuffix(".md") {
                    let anchors = Self.anchors(of: try Checkout.read(file))
                    if !anchors.contains(String(parts[1])) { complaints.append("\(page): \(target)") }
                }
            }
        }
        #expect(complaints == [])
    }

    @Test func `URLs lead to pages of others that are known, to examples or to this machine`() throws {
        var complaints: [String] = []
        for file in try Self.files() {
            for (number, line) in try Self.lines(of: file) {
                for match in line.matches(of: /(?:https?|oci):\/\/([A-Za-z0-9.-]+)(\/[A-Za-z0-9._~\/-]*)?/) {
                    let (host, path) = (match.output.1, match.output.2 ?? "")
                    let isThere = Self.isLocal(host) || Self.pages.contains { "\(host)\(path)".hasPrefix($0) }
                    if !isThere { complaints.append("\(file):\(number): \(match.output.0)") }
                }
            }
        }
        #expect(complaints == [])
    }

    /// Images are those that `config/release` makes, under no registry's name or an example's.
    @Test func `images are named as the release makes them`() throws {
        var complaints: [String] = []
        for file in try Self.files() {
            for (number, line) in try Self.lines(of: file) {
                for match in line.matches(of: /([\w.$\{\}():-]+)(?:\/[\w.-]+)*\/martlet\/bgp-([a-z]+)/) {
                    let (host, program) = (match.output.1, match.output.2)
                    let name = host.split(separator: ":").first ?? host
                    let isExample = host.contains("$") || Self.isLocal(name)
                    let isMade = program == "operator" || program == "speaker"
                    if !isExample || !isMade { complaints.append("\(file):\(number): \(match.output.0)") }
                }
                guard file.hasSuffix(".yaml") || file.hasSuffix(".md") else { continue }
                for match in line.matches(of: /^\s*(?:- )?image: *["']?([^\s"'{}]+)/) {
                    let image = match.output.1
                    if !image.hasPrefix("localhost/martlet/") { complaints.append("\(file):\(number): \(image)") }
                }
            }
        }
        #expect(complaints == [])
    }

    /// Beginnings of addresses, without the scheme, of pages that others keep.
    private static let pages = [
        "github.com/apple/swift-", "github.com/hummingbird-project/", "github.com/swift-server/",
        "github.com/swiftlang/swift", "json-schema.org/draft", "kubernetes.io/docs/", "prometheus.io/docs/",
        "www.apache.org/licenses/", "www.rfc-editor.org/rfc/", "www.swift.org/install",
    ]

    /// Hosts that are nobody's page: names reserved for documentation and tests, addresses, and names inside a cluster.
    private static func isLocal(_ host: Substring) -> Bool {
        let parts = host.split(separator: ".")
        guard parts.count > 1, let last = parts.last else { return true }
        return ["example", "invalid", "test", "localhost", "svc", "local"].contains(last)
            || ["example.com", "example.org", "example.net"].contains { host == $0 || host.hasSuffix(".\($0)") }
            || parts.allSatisfy { Int($0) != nil }
    }

    private static func files() throws -> [String] {
        let folders = ["Sources", "Tests", ".github", "config", "crds", "plugin"]
        return try ["README.md", "Package.swift"] + folders.flatMap { try Checkout.files(under: $0) }
    }

    /// The numbered lines of a file of text; none of other files, and none of this one.
    private static func lines(of file: String) throws -> [(number: Int, text: Substring)] {
        guard !file.hasSuffix(".bin"), !file.hasSuffix("MentionTests.swift"), !file.contains("__pycache__") else {
            return []
        }
        let text = try Checkout.read(file)
        guard text.contains("/martlet/") || text.contains("://") || text.contains("image:") else { return [] }
        return text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map { ($0 + 1, $1) }
    }

    private static func links(in page: String) -> [String] {
        page.matches(of: /\]\(([^)\s]+)\)/).map { String($0.output.1) }
    }

    /// A path relative to the folder of a page, relative to the root.
    private static func path(_ target: String, from page: String) -> String {
        var parts = page.split(separator: "/").dropLast().map(String.init)
        for part in target.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(String(part)) }
        }
        return parts.joined(separator: "/")
    }

    private static func exists(_ path: String) -> Bool {
        (try? Checkout.read(path)) != nil || Checkout.isDirectory(path)
    }

    /// What links to headings say: words in lower case, blanks as dashes, nothing else but letters and digits.
    private static func anchors(of page: String) -> Set<String> {
        var found: Set<String> = []
        var isCode = false
        for line in page.split(separator: "\n") {
            if line.drop(while: { $0 == " " }).hasPrefix("```") { isCode.toggle() }
            guard !isCode, line.hasPrefix("#") else { continue }
            let words = line.drop { $0 == "#" || $0 == " " }.lowercased()
            let kept = words.filter { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" || $0 == " " }
            found.insert(String(kept.map { $0 == " " ? "-" : $0 }))
        }
        return found
    }
}
