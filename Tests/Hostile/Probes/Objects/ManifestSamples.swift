import TestSupport

/// Manifests of ours that are right, each text with all that belongs together.
package enum ManifestSamples {
    /// The samples, and the clusters of the interoperability tests.
    package static func texts() throws -> [String] {
        let folders =
            ["config/samples"]
            + ["bird", "data-centres", "homelab", "small-business"].map { "Tests/InteropTests/Manifests/\($0)" }
        return try folders.map { folder in
            try Checkout.files(under: folder).filter { $0.hasSuffix(".yaml") }.map(Checkout.read).joined(
                separator: "\n---\n"
            )
        }
    }
}
