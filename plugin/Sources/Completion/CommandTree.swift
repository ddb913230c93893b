import ArgumentParser
import KubeJSON
import KubeModel

/// The commands and flags as completion needs them, read from what the parser says about itself.
package struct CommandTree: Decodable, Hashable, Sendable {
    /// The word that names the command.
    package let commandName: String

    package let aliases: [String]?
    package let abstract: String?
    package let shouldDisplay: Bool
    package let subcommands: [CommandTree]?
    package let arguments: [Argument]?

    /// A flag, an option or a positional argument.
    package struct Argument: Decodable, Hashable, Sendable {
        package enum Kind: String, Decodable, Sendable {
            case positional
            case option
            case flag
        }

        package struct Name: Decodable, Hashable, Sendable {
            package enum Kind: String, Decodable, Sendable {
                case long
                case short
                case longWithSingleDash
            }

            package let kind: Kind
            package let name: String

            /// The name with its dashes.
            package var word: String { kind == .long ? "--\(name)" : "-\(name)" }
        }

        package let kind: Kind
        package let names: [Name]?
        package let valueName: String?
        package let allValues: [String]?
        package let abstract: String?
        package let shouldDisplay: Bool

        /// The long name without dashes, or the name of a positional argument's value.
        package var longName: String {
            names?.first { $0.kind == .long }?.name ?? valueName ?? ""
        }
    }

    private struct Dump: Decodable {
        let command: CommandTree
    }

    /// The tree of this program; throws only where parser and program do not fit together, which a test would see.
    package static func ofThisProgram() throws -> CommandTree {
        try JSON.decode(Dump.self, from: KubectlBGP._dumpHelp()).command
    }

    /// The subcommand of a name or alias.
    package func subcommand(_ word: String) -> CommandTree? {
        subcommands?.first { $0.commandName == word || ($0.aliases ?? []).contains(word) }
    }

    /// The flag or option of a name with its dashes.
    package func option(_ word: String) -> Argument? {
        arguments?.first { argument in
            argument.kind != .positional && (argument.names ?? []).contains { $0.word == word }
        }
    }

    /// The positional arguments in order.
    package var positionals: [Argument] {
        (arguments ?? []).filter { $0.kind == .positional }
    }
}
