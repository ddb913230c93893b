import NIOCore
import NIOHTTP1

/// What a request is answered with.
extension AdminListener {
    /// Nothing but the head was asked for.
    private struct HeadOnly: Error {}

    func answer(_ head: HTTPRequestHead, on number: Int) async throws -> Ending {
        guard head.method == .GET || head.method == .HEAD else {
            return try await send(.refusal(405, "only GET is answered"), head, number)
        }
        guard let found = configuration.router.find(head.uri) else {
            let path = head.uri.prefix { $0 != "?" }
            return try await send(.refusal(404, "nothing is served at \(path)"), head, number)
        }
        if found.page.isHealth { return try await send(await found.page.answer(found.request), head, number) }
        if let refusal = try await refusal(of: found.path, head, number) {
            return try await send(refusal.answer, head, number, refusal.headers)
        }
        clients.book.set(number, isIdle: false)
        guard try await begin(number, isNew: true) else {
            events.note(.pageRefused)
            let refusal = AdminPage.Answer.refusal(503, "too many pages are asked for at a time")
            return try await send(refusal, head, number, ["retry-after": "5"])
        }
        defer { end(number) }
        return try await send(await found.page.answer(found.request), head, number)
    }

    /// Why a page is not shown; nil when it is.
    private func refusal(
        of path: String,
        _ head: HTTPRequestHead,
        _ number: Int
    ) async throws -> (answer: AdminPage.Answer, headers: HTTPHeaders)? {
        clients.open[number]?.guardian.expectProgress()
        let verdict = await configuration.access.verdict(path, head.bearerToken)
        guard let connection = clients.open[number] else { throw Gone() }
        connection.guardian.notedProgress()
        switch verdict {
        case .allowed: return nil
        case .unauthenticated(let message): return (.refusal(401, message), ["www-authenticate": "Bearer"])
        case .forbidden(let message): return (.refusal(403, message), [:])
        case .unavailable(let message): return (.refusal(503, message), ["retry-after": "5"])
        }
    }

    private func send(
        _ answer: AdminPage.Answer,
        _ request: HTTPRequestHead,
        _ number: Int,
        _ headers: HTTPHeaders = [:]
    ) async throws -> Ending {
        let isHead = request.method == .HEAD
        let status = HTTPResponseStatus(statusCode: answer.status)
        var fields = headers
        fields.add(name: "content-type", value: answer.contentType)
        if !request.isKeepAlive { fields.add(name: "connection", value: "close") }
        let head = HTTPResponseHead(version: request.version, status: status, headers: fields)
        let writer = AdminWriter(threshold: configuration.limits.chunkOctets) { octets, isFirst in
            if isFirst { self.write(.head(head), to: number) }
            if isHead { throw HeadOnly() }
            try await self.send(octets, to: number)
        }
        do {
            switch answer.body {
            case .text(let text): try await writer.write(text)
            case .stream(let write): try await write(writer)
            }
        } catch is HeadOnly {
            // How long the body is nobody knows, so the connection ends with the head.
            return .torn
        } catch  where !writer.hasSent && clients.open[number] != nil && !(error is Gone) && !Task.isCancelled {
            return try await send(.refusal(500, "the page cannot be written: \(error)"), request, number)
        }
        let rest = writer.takeRest()
        if !writer.hasSent {
            var complete = head
            complete.headers.add(name: "content-length", value: "\(rest.readableBytes)")
            write(.head(complete), to: number)
        }
        if !isHead, rest.readableBytes > 0 { try await send(rest, to: number) }
        // Without a length and without chunks the end of the connection is the end of the body.
        let endsByClosing = writer.hasSent && request.version.minor == 0
        return request.isKeepAlive && !endsByClosing ? .nextRequest : .closing
    }

    private func write(_ part: HTTPServerResponsePart, to number: Int) {
        clients.open[number]?.handler.write(part)
    }
}
