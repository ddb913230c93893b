/// Paths of files named in a kubeconfig.
enum FilePath {
    /// The path as seen from the directory of the file that names it.
    static func resolve(_ path: String, besides file: String) -> String {
        path.hasPrefix("/") ? path : directory(of: file) + "/" + path
    }

    /// The directory that holds a file.
    static func directory(of file: String) -> String {
        guard let slash = file.lastIndex(of: "/") else { return "." }
        return slash == file.startIndex ? "/" : String(file[..<slash])
    }
}
