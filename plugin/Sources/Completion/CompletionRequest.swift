/// A command line that is being typed: what is there and what may come next.
package struct CompletionRequest: Hashable, Sendable {
    /// What the word being typed is.
    package enum Wanted: Hashable, Sendable {
        /// A subcommand, or the argument in its place.
        case subcommandOrArgument(CommandTree.Argument?)

        /// The name of a flag.
        case flag

        /// The value of an option; the text before it in the same word stays.
        case value(CommandTree.Argument, before: String)
    }

    /// The command that the words name.
    package private(set) var command: CommandTree

    /// The options seen, by long name, in order.
    package private(set) var options: [(name: String, value: String)] = []

    /// The positional arguments seen since the last subcommand.
    package private(set) var positionals: [String] = []

    /// What the last word is.
    package private(set) var wanted: Wanted

    /// The part of the last word that candidates must begin with.
    package private(set) var prefix: String

    /// Reads the words typed, the last one of which is the one to complete and may be empty.
    package init(_ words: [String], in tree: CommandTree) {
        command = tree
        wanted = .subcommandOrArgument(nil)
        prefix = words.last ?? ""
        var pending: CommandTree.Argument?
        for word in words.dropLast() {
            if let option = pending {
                options.append((option.longName, word))
                pending = nil
            } else {
                pending = read(word)
            }
        }
        if let pending {
            wanted = .value(pending, before: "")
        } else {
            readLast(prefix)
        }
    }

    /// Reads a complete word; the option whose value is the next word, if there is one.
    private mutating func read(_ word: String) -> CommandTree.Argument? {
        if let (option, value, _) = joinedOption(word) {
            options.append((option.longName, value))
        } else if let option = command.option(word) {
            return option.kind == .option ? option : nil
        } else if let next = command.subcommand(word) {
            command = next
            positionals = []
        } else if !word.hasPrefix("-") {
            positionals.append(word)
        }
        return nil
    }

    private mutating func readLast(_ word: String) {
        if let (option, value, before) = joinedOption(word) {
            wanted = .value(option, before: before)
            prefix = value
        } else if word.hasPrefix("-") {
            wanted = .flag
        } else {
            let arguments = command.positionals
            // The last argument of a command may repeat.
            let next = arguments.indices.contains(positionals.count) ? arguments[positionals.count] : arguments.last
            wanted = .subcommandOrArgument(next)
        }
    }

    /// `--name=value` or `-nvalue`: the option, the value and what stands before it.
    private func joinedOption(_ word: String) -> (CommandTree.Argument, value: String, before: String)? {
        if word.hasPrefix("--") {
            guard let equals = word.firstIndex(of: "="), let option = command.option(String(word[..<equals])),
                option.kind == .option
            else { return nil }
            return (option, String(word[word.index(after: equals)...]), String(word[...equals]))
        }
        guard word.hasPrefix("-"), word.count > 2 else { return nil }
        let name = String(word.prefix(2))
        guard let option = command.option(name), option.kind == .option else { return nil }
        let before = word.dropFirst(2).hasPrefix("=") ? name + "=" : name
        return (option, String(word.dropFirst(before.count)), before)
    }

    package static func == (left: CompletionRequest, right: CompletionRequest) -> Bool {
        left.command == right.command && left.positionals == right.positionals && left.wanted == right.wanted
            && left.prefix == right.prefix && left.options.elementsEqual(right.options, by: ==)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(positionals)
        hasher.combine(prefix)
    }
}
