package import PlainMetrics

/// What a lab is told at its start.
package struct LabConfiguration: Sendable {
    /// The address the API server listens on.
    package var address: String
    /// The port the API server listens on.
    package var port: Int
    /// Where the kubeconfig goes.
    package var directory: String
    /// Directories or files with CustomResourceDefinitions, applied first.
    package var definitions: [String]
    /// Directories or files with everything else, applied when the nodes are there.
    package var manifests: [String]
    /// How many nodes, each with a speaker; 1 to 250.
    package var speakers: Int
    /// Whether nothing but the API server runs: no nodes, no operator, no speakers, no router.
    package var servesOnlyAPI: Bool

    /// What the program was built from, for the metrics of operator and speakers.
    package var build: BuildInfo

    /// A lab on loopback with three speakers.
    package init(directory: String) {
        address = "127.0.0.1"
        port = 7443
        self.directory = directory
        definitions = []
        manifests = []
        speakers = 3
        servesOnlyAPI = false
        build = BuildInfo(version: "unknown", revision: nil)
    }
}
