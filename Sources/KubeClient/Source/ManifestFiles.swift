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
        /// Nil for a file that could not be read.
        var mark: Mark?
        /// Stands for the text, which is kept by whoever understands it.
        var digest: Int?
        var octets = 0
    }

    /// What happened to one file.
    enum Change: Hashable, Sendable {
        case text(String)
        case removed
        /// Why it is not read, as a sentence about the file.
        case unreadable(String)
    }

    /// A file written less than this ago may be written again without a new mark, so its text is compared.
    private static let grain: Int64 = 2

    private let directory: String
    private var known: [String: Known] = [:]
    /// Of all files.
    private var octets = 0

    init(directory: String) {
        self.directory = directory
    }

    /// Lists what is below the directories among some places; throws `KubeError` when the directory cannot be read.
    ///
    /// Nil when there are no directories among them.
    func listing(of places: DirectoryPlaces) throws -> DirectoryListing? {
        guard !places.directories.isEmpty else { return nil }
        return try DirectoryListing(of: places.directories, in: directory)
    }

    /// The files that have to be read for some places, or may be gone, in order.
    func candidates(_ places: DirectoryPlaces, _ listing: DirectoryListing?) -> [String] {
        var names = places.files.union(places.expired)
        if let listing {
            names.formUnion(listing.files)
            names.formUnion(known.keys.filter(listing.covers))
        }
        return names.filter { name in DirectoryListing.endings.contains(where: name.hasSuffix) }.sorted()
    }

    /// Looks at one file; nil when nothing happened to it.
    ///
    /// With `unconditionally` it is read even if it looks the same.
    mutating func look(at name: String, unconditionally: Bool) -> Change? {
        let path = directory.appending(name)
        guard let mark = mark(of: path) else { return away(name, at: path) }
        let isFresh = unconditionally || Int64(Date().timeIntervalSince1970) - mark.seconds <= Self.grain
        if known[name]?.mark == mark, !isFresh { return nil }
        let others = octets - (known[name]?.octets ?? 0)
        guard others + Int(mark.size) <= BoundedFile.longestManifests else {
            return reject(name, "is not read: all files together have more than \(BoundedFile.longestManifests) octets")
        }
        do throws(BoundedFile.Fault) {
            let data = try BoundedFile.regular(path, most: BoundedFile.longestManifest)
            let text = String(decoding: data, as: UTF8.self)
            let digest = text.hashValue
            defer {
                known[name] = Known(mark: mark, digest: digest, octets: data.count)
                octets = others + data.count
            }
            return known[name]?.digest == digest ? nil : .text(text)
        } catch {
            return reject(name, "the file cannot be read: \(error)")
        }
    }

    /// What happened to a file that is no regular one, if there is anything of its name.
    private mutating func away(_ name: String, at path: String) -> Change? {
        if let kind = BoundedFile.oddity(at: path) {
            return reject(name, "is not read: it is \(kind), not a regular file")
        }
        return known.removeValue(forKey: name).map { gone in
            octets -= gone.octets
            return .removed
        }
    }

    /// Its last good text still counts, and so do its octets.
    private mutating func reject(_ name: String, _ why: String) -> Change {
        known[name, default: Known()].mark = nil
        return .unreadable(why)
    }

    private func mark(of path: String) -> Mark? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
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
