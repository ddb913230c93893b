import Glibc

/// Standard output, a line at a time, seen at once even when it is a file.
enum Output {
    static func line(_ text: String) {
        let bytes = Array("\(text)\n".utf8)
        _ = write(STDOUT_FILENO, bytes, bytes.count)
    }
}
