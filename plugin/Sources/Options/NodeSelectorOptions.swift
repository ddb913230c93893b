package import ArgumentParser

/// `-l`, which here selects nodes.
package struct NodeSelectorOptions: ParsableArguments {
    @Option(
        name: [.customShort("l", allowingJoined: true), .long],
        help: ArgumentHelp("Only nodes with these labels, such as zone=rack-1,!gpu.", valueName: "selector")
    )
    package var selector: String?

    package init() {}
}
