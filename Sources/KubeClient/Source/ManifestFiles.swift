import FoundationEssentials

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The manifest files below a directory, and whether each changed since it was last read.
struct ManifestFiles: Sendable {
    /// What a file's state looked like; equal marks mean the same content, except within the clock's grain.
    private struct Mark: Hashable {
        var inode: UInt64
        var size: Int64
        var seconds: Int64
        var nanoseconds: Int64
    }

    private struct Known {
        var mark: Mark
        var text: String
    }

    /// What happened to one file.
    enum Change: Hashable, Sendable {
        case text(String)
        case removed
        case unreadable
    }

    private static let endings = [".yaml", ".yml", ".json"]
    /// A file written less than this ago may be written again without a new mark, so its text is compared.
    private static let grain: Int64 = 2

    private let directory: String
    private var known: [String: Known] = [:]

    init(directory: String) {
        self.directory = directory
    }

    /// Looks at all files; throws `KubeError` when the directory cannot be read.
    ///
    /// Names are relative to the directory. Hidden files and directories are left out, which also keeps the copies
    /// that a mounted ConfigMap has apart from the links to them.
    mutating func scan() throws -> [String: Change] {
        var names: [String] = []
        try list("", into: &names)
        var changes: [String: Change] = [:]
        for name in names {
            let path = "\(directory)/\(name)"
            guard let mark = mark(of: path) else { continue }
            let isFresh = Int64(Date().timeIntervalSince1970) - mark.seconds <= Self.grain
            if known[name]?.mark == mark, !isFresh { continue }
            guard let data = FileManager.default.contents(atPath: path) else {
                changes[name] = .unreadable
                continue
            }
            let text = String(decoding: data, as: UTF8.self)
            if known[name]?.text != text { changes[name] = .text(text) }
            known[name] = Known(mark: mark, text: text)
        }
        let present = Set(names)
        for name in known.keys where !present.contains(name) {
            changes[name] = .removed
            known[name] = nil
        }
        return changes
    }

    private func list(_ below: String, into names: inout [String]) throws {
        let path = below.isEmpty ? directory : "\(directory)/\(below)"
        let entries: [String]
        do {
            entries = try FileManager.default.contentsOfDirectory(atPath: path)
        } catch {
            guard below.isEmpty else { return }
            throw KubeError(.configuration, "\(directory): the directory of manifests cannot be read")
        }
        for entry in entries.sorted() where !entry.hasPrefix(".") {
            let name = below.isEmpty ? entry : "\(below)/\(entry)"
            var status = stat()
            guard stat("\(directory)/\(name)", &status) == 0 else { continue }
            if status.st_mode & S_IFMT == S_IFDIR {
                try list(name, into: &names)
            } else if Self.endings.contains(where: entry.hasSuffix) {
                names.append(name)
            }
        }
    }

    private func mark(of path: String) -> Mark? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        #if canImport(Darwin)
        let time = status.st_mtimespec
        #else
        let time = status.st_mtim
        #endif
        return Mark(
            inode: UInt64(status.st_ino),
            size: Int64(status.st_size),
            seconds: Int64(time.tv_sec),
            nanoseconds: Int64(time.tv_nsec)
        )
    }
}
