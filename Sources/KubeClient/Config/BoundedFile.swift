#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Reads the small files that say how to reach a server, from whatever the path names: a file, a pipe or a device.
enum BoundedFile {
    /// Why there is no text.
    enum Failure: Error, Hashable {
        /// There is nothing of that name.
        case missing
        /// It is there and cannot be read.
        case unreadable(String)
        /// It goes on, and may have no end.
        case tooLong

        /// What is wrong with the file, as a person says it.
        var words: String {
            switch self {
            case .missing: "cannot be read"
            case .unreadable(let reason): "cannot be read: \(reason)"
            case .tooLong: "has more than \(longest) octets"
            }
        }
    }

    /// Far more than a kubeconfig, a token or the authorities of a system have.
    static let longest = 8 << 20

    /// The text of a file to its end.
    static func read(_ path: String) throws(Failure) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw errno == ENOENT ? .missing : .unreadable(String(cString: strerror(errno)))
        }
        defer { close(descriptor) }
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = readOnce(descriptor, &buffer)
            if count > 0 {
                text += buffer[..<count]
                guard text.count <= longest else { throw .tooLong }
            } else if count == 0 {
                return String(decoding: text, as: UTF8.self)
            } else if errno != EINTR {
                throw .unreadable(String(cString: strerror(errno)))
            }
        }
    }

    private static func readOnce(_ descriptor: Int32, _ buffer: inout [UInt8]) -> Int {
        #if canImport(Glibc)
        Glibc.read(descriptor, &buffer, buffer.count)
        #elseif canImport(Musl)
        Musl.read(descriptor, &buffer, buffer.count)
        #else
        Darwin.read(descriptor, &buffer, buffer.count)
        #endif
    }
}
