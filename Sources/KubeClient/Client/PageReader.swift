import KubeModel
import Synchronization

/// Reads a list page by page, each with as many objects as the server's answers may be long.
struct PageReader<Object: KubeObject>: Sendable {
    let client: KubeClient
    let scope: ObjectScope
    /// What was learned about the length of pages.
    var limit: PageLimit
    /// The version of the kind that the server knows.
    private(set) var served = Object.type

    init(client: KubeClient, scope: ObjectScope, limit: PageLimit) {
        self.client = client
        self.scope = scope
        self.limit = limit
    }

    /// Reads the first page, in the newest version of the kind that the server knows.
    ///
    /// Throws `KubeError` with code `notFound` when it knows none.
    mutating func first() async throws -> ListPage<Object> {
        var unknown: KubeError?
        for version in Object.type.versions {
            do {
                served = version
                return try await page(continue: nil)
            } catch let error as KubeError where error.code == .notFound {
                unknown = unknown ?? error
            }
        }
        throw unknown ?? KubeError(.notFound, "the server does not know \(Object.type.plural)")
    }

    /// Asks at which version the server is; nil when it does not say.
    ///
    /// Without a version in the request it answers for what is in etcd now, not for what it remembers.
    func version() async throws -> String? {
        var request = KubeRequest.list(served, scope, limit: 1)
        request.longestAnswer = PageLimit.endless
        // A server that gives more than it is asked for gives it in vain.
        let answer = try await client.send(request, as: ListHead.self, leavingOut: ["items"])
        return answer.metadata?.resourceVersion.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// What every list says of itself.
    private struct ListHead: Decodable {
        var metadata: ListMeta?
    }

    /// Reads one page.
    ///
    /// One that is too long is asked for again with half as many objects, and so is one that comes, but too slowly.
    mutating func page(continue token: String?) async throws -> ListPage<Object> {
        while true {
            var request = KubeRequest.list(served, scope, limit: limit.count, continue: token)
            request.longestAnswer = PageLimit.endless
            let decoder = SharedListDecoder<Object>(limit: limit)
            do {
                try await client.read(request, begin: { decoder.begin() }, take: { try decoder.take($0) })
                let page = try decoder.finish()
                limit.note(octets: decoder.octets)
                return page
            } catch let error as KubeError where error.code == .tooLong {
                guard limit.halve(fitting: decoder.count) else { throw error }
            } catch let error as KubeError where error.code == .timedOut && decoder.octets >= PageLimit.worthwhile {
                guard limit.halve(fitting: decoder.count) else { throw error }
            }
        }
    }
}

/// A list that is taken apart by whoever brings the pieces of it.
private final class SharedListDecoder<Object: KubeObject>: Sendable {
    private let decoder = Mutex(ListDecoder<Object>())
    private let limit: PageLimit

    init(limit: PageLimit) {
        self.limit = limit
    }

    var octets: Int { decoder.withLock(\.octets) }

    /// How many objects have come whole.
    var count: Int { decoder.withLock { $0.items.count + $0.undecodable.count } }

    /// Begins with nothing again, since a request may be sent twice.
    func begin() { decoder.withLock { $0 = ListDecoder() } }

    func take(_ piece: [UInt8]) throws {
        try decoder.withLock { decoder in
            try decoder.append(piece)
            guard !limit.allows(octets: decoder.octets, count: decoder.items.count + decoder.undecodable.count) else {
                return
            }
            throw KubeError(.tooLong, "a page of \(Object.type.plural) has more than \(PageLimit.longestPage) octets")
        }
    }

    func finish() throws -> ListPage<Object> { try decoder.withLock { try $0.finish() } }
}
