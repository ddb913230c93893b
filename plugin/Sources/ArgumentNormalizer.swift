/// The words of the command line, brought into the one form that the parser knows.
///
/// kubectl's flags that take no value may be written with one (`--watch=true`), and its users do.
package enum ArgumentNormalizer {
    /// The flags without a value, by their long and short names.
    private static let switches: [String: String] = [
        "--all-namespaces": "--all-namespaces",
        "-A": "--all-namespaces",
        "--insecure-skip-tls-verify": "--insecure-skip-tls-verify",
        "--no-headers": "--no-headers",
        "--watch": "--watch",
        "-w": "--watch",
        "--client": "--client",
        "--force": "--force",
        "--wait": "--wait",
        "--help": "--help",
        "-h": "--help",
    ]

    /// The words with `--flag=true` as `--flag`, without those that are `--flag=false`, up to a `--`, and what `explain` is
    /// asked about as kind and name.
    package static func normalized(_ words: [String]) -> [String] {
        let end = words.firstIndex(of: "--") ?? words.endIndex
        let normalized = words[..<end].flatMap { word -> [String] in
            guard word.hasPrefix("-"), let equals = word.firstIndex(of: "="),
                let flag = switches[String(word[..<equals])]
            else { return [word] }
            switch word[word.index(after: equals)...] {
            case "true", "True", "TRUE", "t", "T", "1": return [flag]
            case "false", "False", "FALSE", "f", "F", "0": return flag == "--wait" ? ["--no-wait"] : []
            default: return [word]
            }
        }
        return kindAndName(normalized) + words[end...]
    }

    /// `explain svc/web` in two words, as kubectl's users write either.
    private static func kindAndName(_ words: [String]) -> [String] {
        guard let explain = words.firstIndex(of: "explain"), words.indices.contains(explain + 1) else { return words }
        let word = words[explain + 1]
        guard !word.hasPrefix("-"), let slash = word.firstIndex(of: "/"), slash < word.index(before: word.endIndex)
        else { return words }
        let rest = words[(explain + 2)...]
        return words[...explain] + [String(word[..<slash]), String(word[word.index(after: slash)...])] + rest
    }
}
