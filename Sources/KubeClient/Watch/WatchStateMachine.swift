import KubeModel

/// Decides how to follow one kind on an API server.
///
/// It lists in pages, swaps the list in when the last page is there, watches from the list's version, and then:
///
/// - the server ended the watch when its time was out: watch again from the last version seen;
/// - the watch ended before that, the connection broke or fell silent: ask at which version the server is and which cluster it
///   serves, then watch again from the last version seen;
/// - 410, as an answer or as an event: that version is gone, so list again;
/// - the server is at an older version than was seen, serves another cluster, or has sent neither events nor bookmarks for twice
///   the time that bookmarks take: what was seen may not be its past, as after a restore of etcd, where a watch from a version
///   yet to come is open, silent and blind. So say it, wait a random while, and list again;
/// - any other refusal: wait and try the same again. Nothing is terminal: a kind may be installed later, a role granted.
///
/// Servers keep back bookmarks of the version that a watch began with, so one whose etcd does not tell of progress is silent
/// about a kind that nobody changes. When a list after a silence has nothing new, the next silence may be twice as long, up to
/// sixteen times, until something comes.
///
/// A watch that ends before it delivered anything counts as a failure, so a server that closes at once is not hammered.
package struct WatchStateMachine: Hashable, Sendable {
    /// What happened.
    package enum Event: Hashable, Sendable {
        /// The follower begins.
        case started
        /// A page of the list came; `continue` is the token of the next.
        case page(resourceVersion: String, continue: String?)
        /// The list, the question or the watch failed.
        case failed(KubeError.Recovery, retryAfter: Duration?)
        /// The watch delivered an object or a bookmark of this version.
        case progress(resourceVersion: String?)
        /// The watch was open for so long without an event or a bookmark, and has ended.
        case silence(Duration)
        /// The watch delivered a version older than one it had before.
        case wentBack
        /// The server ended the watch, as it does when the time is out that it was asked for, or `early`.
        case ended(early: Bool)
        /// The connection was silent for too long.
        case idle
        /// The staged list was taken; `isNews` when it was other than what was known.
        case committed(isNews: Bool)
        /// The wait is over.
        case waited
        /// The server is at this version, nil when it does not say; `isAnother` when it serves another cluster than before.
        case answered(resourceVersion: String?, isAnother: Bool)
    }

    /// Why what was seen is not built upon.
    package enum Doubt: String, Hashable, Sendable {
        /// Neither events nor bookmarks came for too long.
        case silence = "Silence"
        /// A version is older than one that was seen.
        case versionWentBack = "VersionWentBack"
        /// The server serves another cluster.
        case otherCluster = "OtherCluster"
    }

    /// What to do.
    package enum Action: Hashable, Sendable {
        /// Ask for a page; without a token a new list begins, and what was staged is dropped.
        case list(continue: String?)
        /// Take the staged list as the whole world.
        case commit
        case watch(resourceVersion: String)
        /// Ask at which version the server is, and which cluster it serves.
        case ask
        /// Wait before the retry of this number (from 1), no shorter than the server asks.
        case backoff(attempt: Int, atLeast: Duration?)
        /// Say that what was seen may not be the server's past, and wait a random while, so that not all programs list at once.
        case startOver(Doubt)
    }

    /// Where the follower stands.
    package enum State: Hashable, Sendable {
        /// Nothing was asked yet.
        case idle
        /// A page is on its way.
        case listing
        /// The watch is open, and this is the last version seen.
        case watching(resourceVersion: String, hasProgressed: Bool)
        /// The server is asked where it is, to go on watching from this version.
        case asking(resourceVersion: String)
        /// Waiting, to go on watching from this version or, without one, to list.
        case waiting(resourceVersion: String?)
    }

    /// Where the follower stands.
    package private(set) var state: State = .idle
    /// How many attempts in a row failed.
    package private(set) var failures = 0
    /// For how long watches were open since the last event, bookmark or list.
    package private(set) var silence: Duration = .zero
    /// The longest silence in which the last version is built upon, unless silence has proved innocent.
    package let longestSilence: Duration
    /// Whether the list at hand was asked for after a silence.
    private var isAfterSilence = false
    /// How many lists in a row that followed a silence had nothing new.
    private var innocentSilences = 0

    /// Makes a machine that has not begun.
    package init(longestSilence: Duration) {
        self.longestSilence = longestSilence
    }

    /// Takes what happened and says what to do; events that do not fit the state say nothing.
    package mutating func handle(_ event: Event) -> [Action] {
        switch (state, event) {
        case (.idle, .started):
            return list(continue: nil)
        case (.listing, .page(let version, let token)):
            if let token { return list(continue: token) }
            silence = .zero
            return [.commit] + watch(from: version)
        case (.listing, .failed(_, let wait)):
            return backoff(resourceVersion: nil, atLeast: wait)
        case (.watching(let last, _), .progress(let version)):
            (failures, silence, innocentSilences) = (0, .zero, 0)
            state = .watching(resourceVersion: version ?? last, hasProgressed: true)
            return []
        case (.watching, .silence(let duration)):
            silence += duration
            return []
        case (.watching, .committed(let isNews)):
            innocentSilences = isAfterSilence && !isNews ? min(innocentSilences + 1, 4) : 0
            isAfterSilence = false
            return []
        case (.watching, .wentBack):
            return startOver(.versionWentBack)
        case (.watching, .failed(.relist, let wait)):
            return failures == 0 && wait == nil ? relist() : backoff(resourceVersion: nil, atLeast: wait)
        case (.watching, .ended), (.watching, .idle), (.watching, .failed):
            guard silence < longestSilence * (1 << innocentSilences) else { return startOver(.silence) }
            return goOn(after: event)
        case (.asking(let version), .answered(let present, let isAnother)):
            if isAnother { return startOver(.otherCluster) }
            if let present, ResourceVersion.isOlder(present, than: version) { return startOver(.versionWentBack) }
            return watch(from: version)
        case (.asking(let version), .failed(_, let wait)):
            return backoff(resourceVersion: version, atLeast: wait)
        case (.waiting(let version?), .waited):
            return ask(version)
        case (.waiting(nil), .waited):
            return list(continue: nil)
        default:
            return []
        }
    }

    /// After the end of a watch that leaves no doubt.
    private mutating func goOn(after end: Event) -> [Action] {
        guard case .watching(let version, let hasProgressed) = state else { return [] }
        switch end {
        case .ended(let early) where hasProgressed: return early ? ask(version) : watch(from: version)
        case .failed(_, let wait): return backoff(resourceVersion: version, atLeast: wait)
        default: return backoff(resourceVersion: version, atLeast: nil)
        }
    }

    private mutating func list(continue token: String?) -> [Action] {
        state = .listing
        return [.list(continue: token)]
    }

    private mutating func watch(from version: String) -> [Action] {
        state = .watching(resourceVersion: version, hasProgressed: false)
        return [.watch(resourceVersion: version)]
    }

    private mutating func ask(_ version: String) -> [Action] {
        state = .asking(resourceVersion: version)
        return [.ask]
    }

    /// The first 410 after success is routine; a second in a row waits like any failure.
    private mutating func relist() -> [Action] {
        failures += 1
        return list(continue: nil)
    }

    private mutating func backoff(resourceVersion: String?, atLeast wait: Duration?) -> [Action] {
        failures += 1
        state = .waiting(resourceVersion: resourceVersion)
        return [.backoff(attempt: failures, atLeast: wait)]
    }

    private mutating func startOver(_ doubt: Doubt) -> [Action] {
        failures += 1
        silence = .zero
        isAfterSilence = doubt == .silence
        state = .waiting(resourceVersion: nil)
        return [.startOver(doubt)]
    }
}
