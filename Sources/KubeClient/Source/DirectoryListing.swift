import FoundationEssentials
import KubeModel

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The manifest files below some directories; all paths are relative to the one directory that is followed.
///
/// Hidden files and directories are left out, which also keeps the copies that a mounted ConfigMap has apart from the links
/// to them.
struct DirectoryListing: Equatable {
    /// The endings of the files that are read.
    static let endings = [".yaml", ".yml", ".json"]
    /// Deeper directories are not looked into, lest links that lead back make no end.
    static let maximumDepth = 32

    private let roots: Set<String>
    /// The directories found, the listed ones included.
    private(set) var directories: Set<String> = []
    /// The files found.
    private(set) var files: Set<String> = []
    /// Those of the files that are symbolic links.
    private(set) var links: Set<String> = []
    /// The directories that hold any symbolic link.
    private(set) var directoriesWithLinks: Set<String> = []

    /// Lists what is below some directories of `directory`; throws `KubeError` when that one itself cannot be read.
    init(of roots: Set<String>, in directory: String) throws {
        self.roots = roots
        for root in roots.sorted() { try list(root, in: directory, ancestors: []) }
    }

    /// Whether the listing would hold a path if it existed.
    func covers(_ path: String) -> Bool {
        if roots.contains("") { return true }
        var path = path
        while !path.isEmpty {
            if roots.contains(path) { return true }
            path = path.parent
        }
        return false
    }

    private mutating func list(_ below: String, in directory: String, ancestors: [FileIdentity]) throws {
        let path = directory.appending(below)
        guard ancestors.count < Self.maximumDepth, let own = FileIdentity(path), !ancestors.contains(own),
            let entries = try? FileManager.default.contentsOfDirectory(atPath: path)
        else {
            guard below.isEmpty else { return }
            throw KubeError(.configuration, "\(directory): the directory of manifests cannot be read")
        }
        directories.insert(below)
        for entry in entries where !entry.hasPrefix(".") {
            let name = below.below(entry)
            var status = stat()
            guard lstat(directory.appending(name), &status) == 0 else { continue }
            let isLink = status.st_mode & S_IFMT == S_IFLNK
            if isLink {
                directoriesWithLinks.insert(below)
                guard stat(directory.appending(name), &status) == 0 else { continue }
            }
            if status.st_mode & S_IFMT == S_IFDIR {
                try list(name, in: directory, ancestors: ancestors + [own])
            } else if Self.endings.contains(where: entry.hasSuffix) {
                // What is no regular file is not read, and told.
                files.insert(name)
                if isLink { links.insert(name) }
            }
        }
    }
}

/// Which file a path leads to.
private struct FileIdentity: Hashable {
    var device: UInt64
    var inode: UInt64

    init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
    }
}

extension String {
    /// The path without its last step; empty for a name alone.
    var parent: String {
        lastIndex(of: "/").map { String(self[..<$0]) } ?? ""
    }

    /// A name in this relative directory.
    func below(_ name: String) -> String {
        isEmpty ? name : "\(self)/\(name)"
    }

    /// The relative path in this directory.
    func appending(_ relative: String) -> String {
        relative.isEmpty ? self : "\(self)/\(relative)"
    }
}
