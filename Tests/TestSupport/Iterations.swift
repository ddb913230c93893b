import FoundationEssentials

/// How often tests that go on with ever new random input do so: shortly in a usual run, long when asked.
package enum Iterations {
    /// The number in an environment variable, or the usual one where there is none.
    package static func count(_ variable: String, usual: Int) -> Int {
        ProcessInfo.processInfo.environment[variable].flatMap { Int($0) } ?? usual
    }
}
