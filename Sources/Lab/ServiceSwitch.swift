import Logging
import PlainLogging
import ServiceLifecycle

/// Starts and ends services while the program that they are part of runs; they are on from the start.
struct ServiceSwitch: ServiceLifecycle.Service {
    private let turns: AsyncThrowingStream<Bool, any Error>
    private let turning: AsyncThrowingStream<Bool, any Error>.Continuation
    private let logger: Logger
    /// Makes the services anew for each start.
    private let services: @Sendable () -> [any ServiceLifecycle.Service]

    init(logger: Logger, services: @escaping @Sendable () -> [any ServiceLifecycle.Service]) {
        self.logger = logger
        self.services = services
        (turns, turning) = AsyncThrowingStream.makeStream()
        turning.yield(true)
    }

    /// Has the services run, or end; what is asked for while they start or end follows in its order.
    func turn(on isOn: Bool) { turning.yield(isOn) }

    func run() async throws {
        try await withThrowingTaskGroup { group in
            var running: ServiceGroup?
            for try await isOn in turns.cancelOnGracefulShutdown() {
                if isOn, running == nil {
                    let started = ServiceGroup(named: services(), logger: logger)
                    running = started
                    group.addTask {
                        do {
                            try await started.run()
                        } catch {
                            turning.finish(throwing: error)
                        }
                    }
                } else if !isOn, let ending = running {
                    await ending.triggerGracefulShutdown()
                    try await group.next()
                    running = nil
                }
            }
            await running?.triggerGracefulShutdown()
        }
    }
}
