import Glibc

extension NetworkHost {
    /// Moves the calling thread to this host: the sockets it opens from now on are the host's.
    ///
    /// For a thread that the test owns, such as that of an event loop, and never a shared one.
    package func enter() throws(SystemError) {
        let descriptor = open("/run/netns/\(namespace)", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError(call: "open \(namespace)", code: errno) }
        defer { close(descriptor) }
        // Glibc shows setns(2) to C only when asked for GNU extensions, which Swift's import does not.
        guard let symbol = dlsym(nil, "setns") else { throw SystemError(call: "find setns", code: ENOSYS) }
        let setns = unsafeBitCast(symbol, to: (@convention(c) (CInt, CInt) -> CInt).self)
        guard setns(descriptor, 0x4000_0000) == 0 else { throw SystemError(call: "setns \(namespace)", code: errno) }
    }
}
