package import ArgumentParser

/// Which nodes, and whether to wait until their speakers have followed.
package struct DrainOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("The nodes.", valueName: "node"))
    package var names: [String]

    @Flag(inversion: .prefixedNo, help: "Wait until the nodes' speakers have followed.")
    package var wait = true

    @Option(
        help: ArgumentHelp("How long to wait, such as 30s or 5m; 0 waits for as long as it takes.", valueName: "time")
    )
    package var timeout = "2m"

    package init() {}
}
