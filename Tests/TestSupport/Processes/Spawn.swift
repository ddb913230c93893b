import FoundationEssentials
import Glibc

/// A system call that failed.
package struct SystemError: Error, CustomStringConvertible {
    /// What was attempted.
    package let call: String
    /// The `errno` value.
    package let code: Int32

    /// The attempt and the system's words for the failure.
    package var description: String { "\(call): \(String(cString: strerror(code)))" }
}

/// Where a new process reads from and writes to: paths of files.
struct StandardStreams {
    var input = "/dev/null"
    var output: String
    /// `nil`: the same file as `output`.
    var errors: String?
}

/// Starts a program and returns its process id.
///
/// The child has no descriptor of ours but the three streams, default signal handling, and stays in our process
/// group, so that what ends the test run from a terminal ends it too.
func spawn(
    _ arguments: [String],
    environment: [String: String],
    directory: String?,
    streams: StandardStreams
) throws(SystemError) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
        posix_spawn_file_actions_destroy(&actions)
        posix_spawnattr_destroy(&attributes)
    }
    posix_spawn_file_actions_addopen(&actions, 0, streams.input, O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, streams.output, O_WRONLY | O_CREAT | O_APPEND, 0o644)
    if let errors = streams.errors {
        posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_APPEND, 0o644)
    } else {
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
    }
    for descriptor in try openDescriptors() where descriptor > 2 {
        posix_spawn_file_actions_addclose(&actions, descriptor)
    }

    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))

    var pid: pid_t = 0
    // Glibc's own action for the directory is not visible to Swift; env(1) does the same.
    let command = directory.map { ["env", "-C", $0] + arguments } ?? arguments
    let code = withCStrings(command) { argv in
        withCStrings(environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }) { variables in
            argv[0].map { posix_spawnp(&pid, $0, &actions, &attributes, argv, variables) } ?? EINVAL
        }
    }
    guard code == 0 else { throw SystemError(call: "start \(arguments.joined(separator: " "))", code: code) }
    return pid
}

/// Every descriptor of this process: a socket of another test must not live on in a child.
private func openDescriptors() throws(SystemError) -> [Int32] {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") else {
        throw SystemError(call: "list /proc/self/fd", code: EIO)
    }
    return names.compactMap { Int32($0) }
}

/// Lends a null-terminated array of C strings.
private func withCStrings<Result>(
    _ strings: [String],
    _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
    let pointers = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: strings.count + 1)
    defer {
        for index in strings.indices { free(pointers[index]) }
        pointers.deallocate()
    }
    for (index, string) in strings.enumerated() { pointers.advanced(by: index).initialize(to: strdup(string)) }
    pointers.advanced(by: strings.count).initialize(to: nil)
    return body(pointers)
}
