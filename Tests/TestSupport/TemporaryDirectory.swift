import FoundationEssentials
import Glibc

/// A directory of its own for a test, removed with its last reference.
package final class TemporaryDirectory: Sendable {
    /// The absolute path.
    package let path: String

    /// Makes a new directory; `purpose` becomes part of its name.
    ///
    /// Routers give up root and still have to write there, unless it is not open to others.
    package init(_ purpose: String, isOpen: Bool = true) throws {
        var template = Array("/tmp/martlet-\(purpose)-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SystemError(call: "mkdtemp", code: errno) }
        path = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
        if isOpen { chmod(path, 0o777) }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The path of a file inside.
    package func path(_ name: String) -> String { "\(path)/\(name)" }

    /// Writes a file inside, making the folders it needs, and returns its path.
    @discardableResult
    package func write(_ text: String, to name: String) throws -> String {
        let file = path(name)
        let folder = String(file[..<(file.lastIndex(of: "/") ?? file.endIndex)])
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        return file
    }
}
