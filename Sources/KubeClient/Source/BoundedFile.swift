package import FoundationEssentials

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Reads files that somebody else may have put there: never without end, and never waiting for one that is no file.
package enum BoundedFile {
    /// Why a file is not read.
    package enum Fault: Error, Hashable, Sendable, CustomStringConvertible {
        /// It is something else, such as "a pipe".
        case notRegular(String)
        /// It has more octets than these.
        case tooLong(Int)
        /// What the system says.
        case system(Int32)

        /// For the end of a sentence that names the file.
        package var description: String {
            switch self {
            case .notRegular(let kind): "it is \(kind), not a regular file"
            case .tooLong(let most): "it has more than \(most) octets"
            case .system(let code): String(cString: strerror(code))
            }
        }

        /// The same with the words before it; that there is no such file needs none.
        var cannotBeRead: String { isAbsence ? "cannot be read" : "cannot be read: \(self)" }

        /// Whether there is no such file.
        package var isAbsence: Bool { self == .system(ENOENT) }
    }

    /// Far more than a kubeconfig, a token or the authorities of a system have.
    static let longestSetting = 8 << 20
    /// The most octets of one manifest file.
    package static let longestManifest = 16 << 20
    /// The most octets of all manifest files together, and of a stream of them.
    package static let longestManifests = 256 << 20

    /// All of a regular file; a link to one is followed unless `flags` say otherwise (`O_NOFOLLOW`).
    ///
    /// What was opened is looked at, not what the path was a moment before, and opening a pipe does not wait for a writer.
    /// `directory` is an open directory that the path starts from.
    package static func regular(
        _ path: String,
        in directory: Int32 = AT_FDCWD,
        flags: Int32 = 0,
        most: Int
    ) throws(Fault) -> Data {
        let descriptor = openat(directory, path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | flags)
        guard descriptor >= 0 else { throw .system(errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system(errno) }
        if let kind = kind(of: status) { throw .notRegular(kind) }
        guard status.st_size <= most else { throw .tooLong(most) }
        return try all(of: descriptor, most: most, expecting: Int(status.st_size))
    }

    /// All of what a path names that a person chose: a file, or a pipe or device, which is waited for.
    package static func named(_ path: String, most: Int) throws(Fault) -> Data {
        let descriptor = open(path, O_RDONLY | O_NOCTTY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system(errno) }
        defer { close(descriptor) }
        return try all(of: descriptor, most: most)
    }

    /// The text of a file that says how to reach a server, whatever kind of file its path names.
    static func setting(_ path: String) throws(Fault) -> String {
        String(decoding: try named(path, most: longestSetting), as: UTF8.self)
    }

    /// All that comes from an open file or pipe, to its end.
    package static func all(of descriptor: Int32, most: Int, expecting size: Int = 0) throws(Fault) -> Data {
        var data = Data()
        data.reserveCapacity(size)
        var piece = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(descriptor, &piece, piece.count)
            if count == 0 { return data }
            if count > 0 {
                guard data.count + count <= most else { throw .tooLong(most) }
                data.append(contentsOf: piece[..<count])
            } else if errno != EINTR {
                throw .system(errno)
            }
        }
    }

    /// What a path leads to that is neither a regular file nor a directory; nil for those, and where there is nothing.
    package static func oddity(at path: String) -> String? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else { return nil }
        return kind(of: status)
    }

    private static func kind(of status: stat) -> String? {
        switch status.st_mode & S_IFMT {
        case S_IFREG: nil
        case S_IFDIR: "a directory"
        case S_IFIFO: "a pipe"
        case S_IFSOCK: "a socket"
        case S_IFCHR, S_IFBLK: "a device"
        default: "of an unknown kind"
        }
    }
}
