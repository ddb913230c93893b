import NIOCore
import NIOHTTP1

/// When an answer may go on: whose turn it is, and whether there is room for what it writes.
extension AdminListener {
    /// Waits for a connection's turn; returns false when too many wait or it does not come in time.
    func begin(_ number: Int, isNew: Bool) async throws -> Bool {
        switch queue.enter(number, isNew: isNew) {
        case .now: return true
        case .refused: return false
        case .later: break
        }
        let timer =
            isNew
            ? eventLoop.scheduleTask(in: configuration.limits.waitingTime) {
                self.assumeIsolated { $0.resume(number, .late) }
            } : nil
        let wake = await wait(number)
        timer?.cancel()
        if wake == .ready { return true }
        end(number)
        guard wake == .late else { throw Gone() }
        return false
    }

    func end(_ number: Int) {
        if let next = queue.leave(number) { resume(next, .ready) }
    }

    /// Sends octets once there is room for them, and returns when the client has taken them.
    ///
    /// While the client does not, others have their turn.
    func send(_ octets: ByteBuffer, to number: Int) async throws {
        var octets = octets
        if queue.isWorking(number) {
            try await reserve(octets.readableBytes, for: number)
        } else {
            // Health and refusals are a few words.
            self.octets.add(octets.readableBytes)
        }
        while let part = octets.readSlice(length: min(octets.readableBytes, configuration.limits.chunkOctets)),
            part.readableBytes > 0
        {
            do {
                try await sendPart(part, to: number)
            } catch {
                release(octets.readableBytes)
                throw error
            }
        }
    }

    private func sendPart(_ part: ByteBuffer, to number: Int) async throws {
        guard let connection = clients.open[number] else {
            release(part.readableBytes)
            throw Gone()
        }
        untaken[number] = part.readableBytes
        connection.guardian.expectProgress()
        let promise = eventLoop.makePromise(of: Void.self)
        promise.futureResult.whenComplete { _ in self.assumeIsolated { $0.taken(number) } }
        connection.handler.write(.body(.byteBuffer(part)), promise: promise)
        if untaken[number] == nil {
            // Whatever else there is to do comes in between.
            eventLoop.scheduleTask(in: .microseconds(50)) { self.assumeIsolated { $0.resume(number, .ready) } }
            guard await wait(number) == .ready else { throw Gone() }
        } else {
            let isPage = queue.isWorking(number)
            if isPage { end(number) }
            guard await wait(number) == .ready, untaken[number] == nil else { throw Gone() }
            if isPage { guard try await begin(number, isNew: false) else { throw Gone() } }
        }
    }

    /// A part has been taken by the socket, or never will be.
    private func taken(_ number: Int) {
        release(untaken.removeValue(forKey: number) ?? 0)
        clients.open[number]?.guardian.notedProgress()
        resume(number, .ready)
    }

    private func reserve(_ count: Int, for number: Int) async throws {
        guard !octets.reserve(count, for: number) else { return }
        guard await wait(number) == .ready else { throw Gone() }
    }

    private func release(_ count: Int) {
        for number in octets.release(count) { resume(number, .ready) }
    }
}
