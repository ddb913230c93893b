package import ArgumentParser

/// The forms that `-o` knows.
package enum OutputFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    case table
    case wide
    case json
    case yaml
    case name
    /// Annotations for GitHub Actions, which `plan` and `lint` print.
    case github
}

/// When colours are used.
package enum ColorMode: String, ExpressibleByArgument, CaseIterable, Sendable {
    case auto
    case always
    case never
}

/// How the answer is printed.
package struct OutputOptions: ParsableArguments {
    @Option(
        name: [.customShort("o", allowingJoined: true), .long],
        help: ArgumentHelp("Output format (github: plan and lint only).", valueName: "format")
    )
    package var output: OutputFormat = .table

    @Flag(help: "Leave the headings of tables away.")
    package var noHeaders = false

    @Option(help: ArgumentHelp("When to use colours; NO_COLOR in the environment means never.", valueName: "when"))
    package var color: ColorMode = .auto

    package init() {}

    /// How tables look under these flags.
    ///
    /// A variable `NO_COLOR` of any value but the empty one switches `auto` off (no-color.org), as does a dumb terminal.
    package func tableStyle(terminal: Bool, environment: [String: String]) -> TableStyle {
        TableStyle(
            wide: output == .wide,
            headings: !noHeaders,
            palette: usesColor(terminal: terminal, environment: environment) ? .ansi : .monochrome
        )
    }

    private func usesColor(terminal: Bool, environment: [String: String]) -> Bool {
        switch color {
        case .always: true
        case .never: false
        case .auto: terminal && environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb"
        }
    }
}
