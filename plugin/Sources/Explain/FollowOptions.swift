import ArgumentParser

/// Whether an explanation is followed after it was given.
package struct FollowOptions: ParsableArguments {
    @Flag(
        name: .shortAndLong,
        help: "After explaining, print every verdict, session and route on the wire that changes, until interrupted."
    )
    package var watch = false

    package init() {}
}
