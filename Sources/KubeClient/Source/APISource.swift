import ServiceLifecycle

/// Fills stores from an API server: one list and watch per kind, for as long as the service runs.
package struct APISource: Service {
    private let client: KubeClient
    private let stores: StoreSet
    private let options: WatchOptions

    /// Takes the server, the stores, and how to follow.
    package init(client: KubeClient, stores: StoreSet, options: WatchOptions = WatchOptions()) {
        self.client = client
        self.stores = stores
        self.options = options
    }

    /// Follows all kinds until cancelled or asked to shut down.
    package func run() async throws {
        try await untilShutdown {
            try await client.busy {
                try await withThrowingDiscardingTaskGroup { group in
                    let identity = ServerIdentityCheck()
                    group.addTask { try await identity.run(client, logger: options.logger) }
                    for feed in stores.feeds {
                        group.addTask { try await feed.follow(client, identity, options: options) }
                        group.addTask { try await feed.keepDeletions(options.logger) }
                    }
                }
            }
        }
    }
}
