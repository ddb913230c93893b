package import CoreMetrics
package import Logging
package import Pacing

/// How kinds are followed.
package struct WatchOptions: Sendable {
    /// How many objects a page of a list has.
    package var pageSize: Int
    /// How many objects a list may have.
    package var longestList: Int
    /// After how long the server ends a watch by itself.
    package var watchTimeout: Duration
    /// After how long without a byte a connection counts as dead.
    package var idleTimeout: Duration
    /// How often bookmarks come: kube-apiserver sends one about every minute, and one before it ends a watch.
    ///
    /// Watches that were open for twice as long without one, nor an event, are not believed to tell what happens.
    package var bookmarkInterval: Duration
    /// The longest of the random waits before all is listed anew because what was followed may not be the server's past.
    package var spread: Duration
    /// The waits between attempts.
    package var backoff: Backoff
    /// What measures time.
    package var clock: any Clock<Duration>
    /// Hears of lists and failures.
    package var logger: Logger
    /// Counts failures.
    package var metrics: any MetricsFactory

    /// Makes options; what is not given is what suits a cluster.
    package init(
        pageSize: Int = 500,
        longestList: Int = ListLength.longest,
        watchTimeout: Duration = .seconds(290),
        idleTimeout: Duration = .seconds(90),
        bookmarkInterval: Duration = .seconds(60),
        spread: Duration = .seconds(30),
        backoff: Backoff = Backoff(),
        clock: any Clock<Duration> = ContinuousClock(),
        logger: Logger = Logger(label: "martlet.kube"),
        metrics: any MetricsFactory = MetricsSystem.factory
    ) {
        self.pageSize = pageSize
        self.longestList = longestList
        self.watchTimeout = watchTimeout
        self.idleTimeout = idleTimeout
        self.bookmarkInterval = bookmarkInterval
        self.spread = spread
        self.backoff = backoff
        self.clock = clock
        self.logger = logger
        self.metrics = metrics
    }
}
