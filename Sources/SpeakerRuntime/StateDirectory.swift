import FoundationEssentials
import Glibc
import KubeClient

/// The directory on the node that keeps what outlives the speaker: its own, and of no one who could plant files or links in it.
///
/// Everything is opened by name in the directory that was looked at, and no link is followed.
struct StateDirectory: ~Copyable {
    /// A directory that is not used, or a system call that failed.
    enum Fault: Error, CustomStringConvertible {
        case missing
        /// Others may change what is in it.
        case open(mode: UInt32)
        case owned(by: UInt32)
        case system(step: String, code: Int32)

        var description: String {
            switch self {
            case .missing: "it does not exist"
            case .open(let mode):
                "others may write to it (mode 0\(String(mode, radix: 8))): let its owner alone (chmod go-w)"
            case .owned(let owner): "it belongs to user \(owner), neither to this program's nor to root"
            case .system(let step, let code): "\(step): \(String(cString: strerror(code)))"
            }
        }

        /// Whether it is the directory that cannot be trusted.
        var isRefusal: Bool {
            switch self {
            case .open, .owned: true
            case .missing, .system: false
            }
        }
    }

    /// More than this is no state that a speaker wrote.
    static let longest = 1 << 30

    private let descriptor: Int32

    /// Opens the directory, and looks at whose it is; makes it, for its owner alone, if that is wanted.
    init(_ path: String, isMade: Bool) throws {
        if isMade { try Self.make(path[...]) }
        let descriptor = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw errno == ENOENT ? Fault.missing : Fault.system(step: "open", code: errno) }
        var status = stat()
        let code = fstat(descriptor, &status) == 0 ? nil : errno
        let fault: Fault? =
            if let code {
                .system(step: "fstat", code: code)
            } else if status.st_uid != geteuid(), status.st_uid != 0 {
                .owned(by: status.st_uid)
            } else if status.st_mode & 0o022 != 0 {
                .open(mode: status.st_mode & 0o7777)
            } else {
                nil
            }
        if let fault {
            close(descriptor)
            throw fault
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Makes a directory, and those above it that are missing, for their owner alone.
    private static func make(_ path: Substring) throws(Fault) {
        guard mkdir(String(path), 0o700) != 0, errno != EEXIST else { return }
        let code = errno
        guard code == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
            throw Fault.system(step: "mkdir", code: code)
        }
        try make(path[..<slash])
        guard mkdir(String(path), 0o700) == 0 || errno == EEXIST else {
            throw Fault.system(step: "mkdir", code: errno)
        }
    }

    /// All of a file; throws `BoundedFile.Fault` for one that is no regular file.
    borrowing func read(_ name: String) throws(BoundedFile.Fault) -> Data {
        try BoundedFile.regular(name, in: descriptor, flags: O_NOFOLLOW, most: Self.longest)
    }

    /// Whether there is a regular file of that name.
    borrowing func has(_ name: String) -> Bool {
        var status = stat()
        return fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// Makes a folder that only this program's user may enter, or makes the one that is there such a folder.
    borrowing func makePrivateFolder(_ name: String) throws(Fault) {
        guard mkdirat(descriptor, name, 0o700) == 0 || errno == EEXIST else {
            throw Fault.system(step: "mkdir", code: errno)
        }
        let folder = openat(descriptor, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW)
        guard folder >= 0 else { throw Fault.system(step: "open", code: errno) }
        defer { close(folder) }
        var status = stat()
        guard fstat(folder, &status) == 0 else { throw Fault.system(step: "fstat", code: errno) }
        guard status.st_uid == geteuid() else { throw Fault.owned(by: status.st_uid) }
        guard fchmod(folder, 0o700) == 0 else { throw Fault.system(step: "fchmod", code: errno) }
    }

    /// Puts a new file in the place of whatever has the name, whole, so that a crash leaves one or the other.
    borrowing func replace(_ name: String, with data: Data) throws {
        let temporary = "\(name).new"
        // What an earlier run could not finish, or somebody left there.
        guard unlinkat(descriptor, temporary, 0) == 0 || errno == ENOENT else {
            throw Fault.system(step: "unlink", code: errno)
        }
        try write(data, to: temporary, O_CREAT | O_EXCL)
        guard renameat(descriptor, temporary, descriptor, name) == 0 else {
            throw Fault.system(step: "rename", code: errno)
        }
    }

    /// Adds to the end of a file that is there.
    borrowing func append(_ data: Data, to name: String) throws {
        try write(data, to: name, O_APPEND)
    }

    private borrowing func write(_ data: Data, to name: String, _ flags: Int32) throws {
        let file = openat(descriptor, name, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | flags, 0o600)
        guard file >= 0 else { throw Fault.system(step: "open", code: errno) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw Fault.system(step: "open", code: EINVAL)
        }
        // Whatever the umask says.
        guard fchmod(file, 0o600) == 0 else { throw Fault.system(step: "fchmod", code: errno) }
        var rest = data[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            guard count > 0 else { throw Fault.system(step: "write", code: errno) }
            rest = rest.dropFirst(count)
        }
        guard fsync(file) == 0 else { throw Fault.system(step: "fsync", code: errno) }
    }
}
