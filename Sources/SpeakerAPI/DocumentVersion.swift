/// The version of all documents that programs hand to each other and to scripts.
package enum DocumentVersion {
    /// The `apiVersion` of every document.
    package static let current = "martlet.dev/v2"
}
