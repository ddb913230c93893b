import FoundationEssentials
import NIOCore
import NIOHTTP1
import NIOSSL

extension HTTPTransport {
    /// From how many requests on connections of their own are worth it.
    private static var smallestBurst: Int { 64 }
    /// How many requests go out together on one connection at most, and how many at first, when it is not known yet how long
    /// the answers are.
    private static var together: (most: Int, first: Int) { (16, 4) }
    /// How many octets the answers may have that are waited for on one connection; there they are all held.
    private static var awaited: Int { 2 << 20 }
    /// On how many connections, as many as a server takes from one client without a thought.
    private static var connections: Int { 16 }

    /// Sends many requests with as little as can be for each: ten thousand Services that wait for their addresses are ten
    /// thousand requests, and what a request costs beside its content is most of what they cost.
    ///
    /// Why there are connections beside those of AsyncHTTPClient: to give 10,000 Services their addresses costs the operator 1.6 s of
    /// CPU so, over TLS, and 3.3 to 3.8 s with AsyncHTTPClient and sixteen requests at a time on sixteen HTTP/1.1 connections
    /// (Tests/Benchmarks/README.md). What HTTP/2 would cost has not been measured.
    package func send(
        _ requests: [KubeRequest],
        take: (_ place: Int, _ answer: Result<KubeResponse, any Error>) async -> Bool
    ) async {
        // Whatever is special goes the general way.
        guard requests.count >= Self.smallestBurst, isDirect, let identity = try? await authenticator.identity(),
            identity.certificate == nil, let security = try? security()
        else { return await sendEach(requests, take: take) }
        let heads = requests.map { head(of: $0, as: identity) }
        await withTaskGroup(of: Exchanged.self) { group in
            var next = 0
            var isWanted = true
            var together = Self.together.first
            func start(_ connection: PipelinedConnection?, _ group: inout TaskGroup<Exchanged>) async {
                guard isWanted, next < requests.count else {
                    await connection?.close()
                    return
                }
                let places = next..<min(next + together, requests.count)
                next = places.upperBound
                let parts = places.map { (head: heads[$0], body: ByteBuffer(bytes: requests[$0].body ?? .init())) }
                group.addTask { await self.exchange(parts, at: places, over: connection, security) }
            }
            for _ in 0..<Self.connections { await start(nil, &group) }
            while let done = await group.next() {
                together = Self.together(after: done.answers)
                // What is under way is waited for, so that nothing that was written goes unnoticed.
                for (place, answer) in zip(done.places, done.answers) {
                    isWanted = await take(place, answer) && isWanted
                }
                await start(done.connection, &group)
            }
        }
    }

    /// How many requests to send together after answers such as these.
    private static func together(after answers: [Result<KubeResponse, any Error>]) -> Int {
        let longest = answers.compactMap { try? $0.get().body.count }.max() ?? 0
        return max(1, min(together.most, awaited / max(1, longest)))
    }

    /// How connections of a burst are secured.
    private struct Security: Sendable {
        var context: NIOSSLContext?
        /// Whom the server's certificate has to be for; nil when nobody looks at it.
        var identity: ServerIdentity?
    }

    private struct Exchanged: Sendable {
        var places: Range<Int>
        var answers: [Result<KubeResponse, any Error>]
        /// The connection, if it can carry more.
        var connection: PipelinedConnection?
    }

    private func security() throws -> Security {
        guard address.scheme == "https" else { return Security() }
        return Security(
            context: try NIOSSLContext(configuration: tls),
            identity: endpoint.insecureSkipTLSVerify ? nil : address.identity
        )
    }

    private func head(of request: KubeRequest, as identity: Identity) -> HTTPRequestHead {
        var headers = headers(of: request, as: identity)
        headers.replaceOrAdd(name: "Host", value: address.authority)
        headers.replaceOrAdd(name: "Content-Length", value: String(request.body?.count ?? 0))
        return HTTPRequestHead(
            version: .http1_1,
            method: HTTPMethod(rawValue: request.method.rawValue),
            uri: address.path + request.target,
            headers: headers
        )
    }

    private func exchange(
        _ requests: [(head: HTTPRequestHead, body: ByteBuffer)],
        at places: Range<Int>,
        over present: PipelinedConnection?,
        _ security: Security
    ) async -> Exchanged {
        do {
            let connection: PipelinedConnection
            if let present {
                connection = present
            } else {
                connection = try await translate {
                    try await PipelinedConnection.open(
                        to: address,
                        tls: security.context,
                        name: address.identity.hello,
                        identity: security.identity,
                        on: eventLoop
                    )
                }
            }
            let answers = await connection.exchange(requests, within: .seconds(60))
            let isWhole = answers.count == requests.count
            if !isWhole { await connection.close() }
            let lost = KubeError(.unreachable, "\(endpoint.server) closed the connection before it answered")
            return Exchanged(
                places: places,
                answers: answers.map { .success($0) } + places.dropFirst(answers.count).map { _ in .failure(lost) },
                connection: isWhole ? connection : nil
            )
        } catch {
            return Exchanged(places: places, answers: places.map { _ in .failure(error) })
        }
    }
}
