import NIOCore

/// Runs tasks on the thread of one event loop.
///
/// What a request goes through, from the task that sends it to the socket and back, then never wakes another thread: that costs
/// more than all the rest of a small request. Tasks here must not compute for long, since connections wait meanwhile.
final class ConnectionExecutor: TaskExecutor {
    private let eventLoop: any EventLoop

    init(_ eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        eventLoop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
