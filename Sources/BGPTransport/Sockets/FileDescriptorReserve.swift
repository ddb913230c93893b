import Glibc

/// The descriptors that no connection may take.
///
/// A program without any left cannot read a file or a password, and the runtime's thread pool, which reads `/proc`, ends it.
/// So connections wait while some are free.
enum FileDescriptorReserve {
    /// How many stay free of a limit: a quarter of a small one, at most this many.
    static let most: rlim_t = 64

    /// Lets the program open as many as it may: the soft limit is low for programs that look at all numbers, which this
    /// one does not.
    static func raiseLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur < limit.rlim_max
        else { return }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    /// Whether a connection may take one.
    static var leaveRoom: Bool {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return true }
        // The system gives the lowest number that is free.
        let lowest = open("/", O_RDONLY | O_CLOEXEC)
        guard lowest >= 0 else { return false }
        close(lowest)
        return rlim_t(lowest) < limit.rlim_cur - min(most, limit.rlim_cur / 4)
    }
}
