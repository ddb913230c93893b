import CommandLine
package import PlainMetrics

extension BuildInfo {
    /// What the program was built from; whoever makes its image notes the source's revision in MARTLET_REVISION.
    package static func ofProgram(environment: [String: String]) -> BuildInfo {
        BuildInfo(version: MartletVersion.current, revision: environment["MARTLET_REVISION"])
    }
}
