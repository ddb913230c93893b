/// What a program was built from.
package struct BuildInfo: Hashable, Sendable {
    /// The version, as `--version` says it.
    package let version: String
    /// The revision of the source, such as a commit; `unknown` when whoever built it did not say.
    package let revision: String
    /// The version of Swift that it was built with.
    package let swift: String

    /// Notes version and revision.
    package init(version: String, revision: String?) {
        self.version = version
        self.revision = revision.flatMap { $0.isEmpty ? nil : $0 } ?? "unknown"
        swift = Self.compiler
    }

    /// The compiler's version as far as the language can tell it.
    private static var compiler: String {
        #if compiler(>=6.5)
        "6.5 or newer"
        #elseif compiler(>=6.4)
        "6.4"
        #elseif compiler(>=6.3)
        "6.3"
        #else
        "6.2"
        #endif
    }

    /// Always 1, with what was built as labels.
    package var sample: MetricSample { MetricDescription.buildInfo.sample([version, revision, swift], is: 1) }
}
