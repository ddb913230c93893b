/// A text file that says what a lab is given, step by step, and what comes of it.
///
/// ```
/// # Under Local only nodes with a ready pod announce a Service.
/// apply bgp.yaml web.yaml
/// endpoints shop/web node1
/// router one.txt
///
/// -- bgp.yaml --
/// apiVersion: martlet.dev/v2
/// …
/// -- one.txt --
/// 192.0.2.1/32 via 127.0.0.2 from node1 as-path 65001
/// ```
///
/// Steps come first, one a line; then files, each behind a line with its name. `config/lab/scenarios/README.md` says what steps there are.
package struct Scenario: Hashable, Sendable {
    /// Where it was read from, as messages name it.
    package let path: String
    /// The comment at its beginning, in one line.
    package let title: String
    package let steps: [Step]
    package let files: [String: File]

    /// How many nodes the lab has.
    package var nodeCount: Int {
        for case .nodes(let count) in steps.map(\.action) { return count }
        return 3
    }

    /// A step with the place it is written at.
    package struct Step: Hashable, Sendable {
        package let line: Int
        package let action: ScenarioAction
    }

    /// One of the files that a scenario carries.
    package struct File: Hashable, Sendable {
        /// The line of its name; its text begins on the next.
        package let line: Int
        package let text: String
    }
}

/// What is wrong with a scenario, or went wrong in it.
package struct ScenarioFailure: Error, Hashable, Sendable, CustomStringConvertible {
    package let path: String
    package let line: Int
    package let message: String

    /// `path:line: message`, as compilers write it.
    package var description: String { "\(path):\(line): \(message)" }
}
