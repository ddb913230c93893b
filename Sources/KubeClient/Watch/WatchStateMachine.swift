/// Decides how to follow one kind on an API server.
///
/// It lists in pages, swaps the list in when the last page is there, watches from the list's version, and then:
///
/// - the server ended the watch, or the connection broke or fell silent: watch again from the last version seen;
/// - 410, as an answer or as an event: that version is gone, so list again;
/// - any other refusal: wait and try the same again. Nothing is terminal: a kind may be installed later, a role granted.
///
/// A watch that ends before it delivered anything counts as a failure, so a server that closes at once is not hammered.
package struct WatchStateMachine: Hashable, Sendable {
    /// What happened.
    package enum Event: Hashable, Sendable {
        /// The follower begins.
        case started
        /// A page of the list came; `continue` is the token of the next.
        case page(resourceVersion: String, continue: String?)
        /// The list or the watch failed.
        case failed(KubeError.Recovery, retryAfter: Duration?)
        /// The watch delivered an object or a bookmark of this version.
        case progress(resourceVersion: String?)
        /// The server ended the watch.
        case ended
        /// The connection was silent for too long.
        case idle
        /// The wait is over.
        case waited
    }

    /// What to do.
    package enum Action: Hashable, Sendable {
        /// Ask for a page; without a token a new list begins, and what was staged is dropped.
        case list(continue: String?)
        /// Take the staged list as the whole world.
        case commit
        /// Watch from a version on.
        case watch(resourceVersion: String)
        /// Wait before the retry of this number (from 1), no shorter than the server asks.
        case backOff(attempt: Int, atLeast: Duration?)
    }

    /// Where the follower stands.
    package enum State: Hashable, Sendable {
        /// Nothing was asked yet.
        case idle
        /// A page is on its way.
        case listing
        /// The watch is open, and this is the last version seen.
        case watching(resourceVersion: String, hasProgressed: Bool)
        /// Waiting, to go on watching from this version or, without one, to list.
        case waiting(resourceVersion: String?)
    }

    /// Where the follower stands.
    package private(set) var state: State = .idle
    /// How many attempts in a row failed.
    package private(set) var failures = 0

    /// Makes a machine that has not begun.
    package init() {}

    /// Takes what happened and says what to do; events that do not fit the state say nothing.
    package mutating func handle(_ event: Event) -> [Action] {
        switch (state, event) {
        case (.idle, .started):
            return list(continue: nil)
        case (.listing, .page(let version, let token)):
            if let token { return list(continue: token) }
            state = .watching(resourceVersion: version, hasProgressed: false)
            return [.commit, .watch(resourceVersion: version)]
        case (.listing, .failed(_, let wait)):
            return backOff(resourceVersion: nil, atLeast: wait)
        case (.watching(let last, _), .progress(let version)):
            failures = 0
            state = .watching(resourceVersion: version ?? last, hasProgressed: true)
            return []
        case (.watching, .failed(.relist, let wait)):
            return failures == 0 && wait == nil ? relist() : backOff(resourceVersion: nil, atLeast: wait)
        case (.watching(let version, _), .failed(_, let wait)):
            return backOff(resourceVersion: version, atLeast: wait)
        case (.watching(let version, true), .ended):
            state = .watching(resourceVersion: version, hasProgressed: false)
            return [.watch(resourceVersion: version)]
        case (.watching(let version, _), .ended), (.watching(let version, _), .idle):
            return backOff(resourceVersion: version, atLeast: nil)
        case (.waiting(let version?), .waited):
            state = .watching(resourceVersion: version, hasProgressed: false)
            return [.watch(resourceVersion: version)]
        case (.waiting(nil), .waited):
            return list(continue: nil)
        default:
            return []
        }
    }

    private mutating func list(continue token: String?) -> [Action] {
        state = .listing
        return [.list(continue: token)]
    }

    /// The first 410 after success is routine; a second in a row waits like any failure.
    private mutating func relist() -> [Action] {
        failures += 1
        return list(continue: nil)
    }

    private mutating func backOff(resourceVersion: String?, atLeast wait: Duration?) -> [Action] {
        failures += 1
        state = .waiting(resourceVersion: resourceVersion)
        return [.backOff(attempt: failures, atLeast: wait)]
    }
}
