#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Standard error, a whole line at a time, so that lines of different threads do not mix.
struct StandardError: TextOutputStream, Sendable {
    func write(_ line: String) {
        var line = line
        line.withUTF8 { tell(UnsafeRawBufferPointer($0)) }
    }
}

/// Where nobody reads standard error the rest is dropped: there is nowhere else to say so.
private func tell(_ octets: UnsafeRawBufferPointer) {
    var rest = octets[...]
    while !rest.isEmpty {
        let part = UnsafeRawBufferPointer(rebasing: rest)
        let count = write(STDERR_FILENO, part.baseAddress, part.count)
        if count > 0 {
            rest = rest.dropFirst(count)
        } else if errno != EINTR {
            return
        }
    }
}
