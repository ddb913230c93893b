/// The words of the command line, brought into the one form that the parser knows.
///
/// kubectl's flags that take no value may be written with one (`--watch=true`), and its users do.
package enum CommandLineWords {
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

    /// The words with `--flag=true` as `--flag`, without those that are `--flag=false`, up to a `--`.
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
        return normalized + words[end...]
    }
}
