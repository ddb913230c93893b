import FoundationEssentials
import KubeClient

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Where a text comes from, read to its end.
enum TextInput {
    case standardInput
    /// What a person named: a file, or a pipe such as the shell makes of `<(…)`.
    case named(String)
    /// What lay in a directory: only ever a regular file, whoever put it there.
    case found(String)

    /// The name to print.
    var name: String {
        switch self {
        case .standardInput: "<stdin>"
        case .named(let path), .found(let path): path
        }
    }

    /// All of the text, unless it is longer than manifests are.
    func text(most: Int = BoundedFile.longestManifests) throws(BoundedFile.Fault) -> String {
        String(decoding: try data(most), as: UTF8.self)
    }

    private func data(_ most: Int) throws(BoundedFile.Fault) -> Data {
        switch self {
        case .standardInput:
            return try BoundedFile.all(of: STDIN_FILENO, most: most)
        case .named(let path):
            return try BoundedFile.named(path, most: most)
        case .found(let path):
            return try BoundedFile.regular(path, most: min(most, BoundedFile.longestManifest))
        }
    }
}
