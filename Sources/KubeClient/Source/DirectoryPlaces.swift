/// What below a directory has to be looked at again; paths are relative to it, and the directory itself is `""`.
struct DirectoryPlaces: Equatable, Sendable {
    /// Files that may have another content, or be gone.
    var files: Set<String> = []
    /// Directories of which everything may be different.
    var directories: Set<String> = []
    /// Files that are taken for removed if they are still gone.
    var expired: Set<String> = []

    /// Everything.
    static let all = DirectoryPlaces(directories: [""])

    var isEmpty: Bool { files.isEmpty && directories.isEmpty && expired.isEmpty }

    mutating func formUnion(_ other: DirectoryPlaces) {
        files.formUnion(other.files)
        directories.formUnion(other.directories)
        expired.formUnion(other.expired)
    }
}
