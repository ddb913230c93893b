/// What was waited for did not come about in time.
package struct Overdue: Error, CustomStringConvertible {
    /// The sentence: what was expected, for how long, and what was seen last.
    package let description: String

    /// Says what was waited for and what was seen instead.
    package init(description: String) {
        self.description = description
    }
}

/// Waits until `attempt` gives a value, and returns it.
///
/// The one place where tests wait for a process or a router: it asks again every `pause` until `limit` is over. An
/// error thrown by `attempt` counts as "not yet", and the last one is part of what `Overdue` says.
package func eventually<Value>(
    _ what: String,
    within limit: Duration = .seconds(120),
    every pause: Duration = .milliseconds(20),
    _ attempt: () async throws -> Value?
) async throws -> Value {
    let end = ContinuousClock.now + limit
    var last = "nothing was seen"
    while true {
        do {
            if let value = try await attempt() { return value }
        } catch let error as CancellationError {
            throw error
        } catch {
            last = "last error: \(error)"
        }
        if ContinuousClock.now >= end {
            throw Overdue(description: "\(what): not within \(limit); \(last)")
        }
        try await Task.sleep(for: pause)
    }
}

/// Waits until `observe` gives exactly `expected`.
///
/// `Overdue` shows the expected and the last observed value.
package func eventually<Value: Equatable>(
    _ what: String,
    is expected: Value,
    within limit: Duration = .seconds(120),
    every pause: Duration = .milliseconds(50),
    _ observe: () async throws -> Value
) async throws {
    var last = "nothing was seen"
    do {
        _ = try await eventually(what, within: limit, every: pause) {
            do {
                let value = try await observe()
                last = "\(value)"
                return value == expected ? true : nil
            } catch let error as CancellationError {
                throw error
            } catch {
                last = "error: \(error)"
                return nil
            }
        }
    } catch is Overdue {
        throw Overdue(description: "\(what): not within \(limit)\n  expected: \(expected)\n  seen:     \(last)")
    }
}
