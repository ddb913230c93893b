/// What every program has, whatever it does.
extension MetricDescription {
    package static let buildInfo = gauge(
        "martlet_build_info",
        "Always 1: the program's version, the source's revision, and the Swift version it was built with",
        labels: ["version", "revision", "swift"]
    )
    package static let cpuSeconds = counter(
        "process_cpu_seconds_total",
        "User and system CPU time that the process has used, in seconds"
    )
    package static let residentMemory = gauge(
        "process_resident_memory_bytes",
        "Resident memory of the process, in bytes"
    )
    package static let openFiles = gauge("process_open_fds", "Open file descriptors")
    package static let mostFiles = gauge("process_max_fds", "The most file descriptors that may be open")
    package static let startTime = gauge(
        "process_start_time_seconds",
        "When the process started, in seconds since the start of 1970"
    )
    package static let logMessages = counter(
        "martlet_log_messages_total",
        "Messages that were written to the log, by level",
        labels: ["level"]
    )

    /// All of them.
    package static let ofProgram = [
        buildInfo, cpuSeconds, residentMemory, openFiles, mostFiles, startTime, logMessages,
    ]
}
