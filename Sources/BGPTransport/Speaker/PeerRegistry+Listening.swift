import BGPEngine
import BGPTypes
import LogKeys
import Logging
import NIOCore
import NIOPosix

extension PeerRegistry {
    /// How long after an attempt that failed, in whole or in part, the next one comes.
    private static let retryInterval: TimeAmount = .seconds(5)

    /// Sees to it that the instance's sockets check what its peers need: one that does not is replaced.
    ///
    /// Until then `admit` turns away what comes by it for a peer whose password is another now.
    func protect(_ instance: InstanceConfiguration) {
        guard let listener = listeners[instance.name] else { return }
        for place in listener.protect(instance.peers) { listen(instance.name, at: place) }
        tellPeers(of: instance.name)
    }

    private func listen(_ name: String, at place: Int) {
        guard let listener = listeners[name] else { return }
        attempts += 1
        listener.begin(attempts, at: place)
        let attempt = Attempt(instance: name, place: place, number: attempts)
        let target = listener.targets[place]
        var bootstrap = ServerBootstrap(group: eventLoop)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelInitializer { channel in self.assumeIsolated { $0.prepare(channel, attempt) } }
        if case .v6 = target.address {
            // IPv4 has a socket of its own, since MD5 keys and peers are told apart by plain IPv4 addresses.
            let only = ChannelOptions.Types.SocketOption(level: .ipv6, name: .ipv6_v6only)
            bootstrap = bootstrap.serverChannelOption(only, value: 1)
        }
        bootstrap
            .childChannelOption(.writeBufferWaterMark, value: ConnectionLimits.writeBuffer)
            .childChannelInitializer { channel in self.assumeIsolated { $0.admit(channel, attempt) } }
            .bind(to: target.address)
            .whenComplete { result in self.assumeIsolated { $0.finish(attempt, result) } }
    }

    /// The listener that wants what an attempt brings; `nil` when another attempt has taken its place.
    private func listener(awaiting attempt: Attempt) -> Listener? {
        guard let listener = listeners[attempt.instance], listener.targets[attempt.place].attempt == attempt.number
        else {
            return nil
        }
        return listener
    }

    /// The socket that an attempt brought, while it is in use.
    func socket(of attempt: Attempt) -> ListeningSocket? {
        guard let socket = listeners[attempt.instance]?.targets[attempt.place].socket, socket.attempt == attempt.number
        else { return nil }
        return socket
    }

    /// Gives a new socket its protection, and closes the one that listens: bind(2) and listen(2) follow at once.
    private func prepare(_ channel: any Channel, _ attempt: Attempt) -> EventLoopFuture<Void> {
        guard let listener = listener(awaiting: attempt), let protection = listener.protection(at: attempt.place) else {
            return eventLoop.makeFailedFuture(Unwanted())
        }
        do {
            try channel.pipeline.syncOperations.addHandler(
                AcceptBackpressureHandler(instance: attempt.instance, metrics: shared.metrics, logger: shared.logger)
            )
        } catch {
            return eventLoop.makeFailedFuture(error)
        }
        let family = listener.targets[attempt.place].family
        return channel.protect(with: protection, family: family, options: shared.options).flatMapThrowing { refusals in
            try self.assumeIsolated { core in
                guard let listener = core.listener(awaiting: attempt) else { throw Unwanted() }
                if let present = listener.targets[attempt.place].socket, present.protection == protection,
                    refusals.count >= present.refusals.count
                {
                    // Another try to set what was refused: nothing is won, so what waits on the present socket stays.
                    throw Unwanted()
                }
                let socket = ListeningSocket(
                    attempt: attempt.number,
                    channel: channel,
                    protection: protection,
                    refusals: refusals
                )
                listener.replace(at: attempt.place, by: socket)
            }
        }
    }

    private func finish(_ attempt: Attempt, _ result: Result<any Channel, any Error>) {
        guard let listener = listener(awaiting: attempt) else {
            if case .success(let channel) = result { channel.close(promise: nil) }
            return
        }
        let target = listener.targets[attempt.place].address
        switch result {
        case .success:
            listener.note(nil, at: attempt.place)
        case .failure(let error) where error is Unwanted:
            break
        case .failure(let error):
            listener.forget(attempt.number, at: attempt.place)
            guard let failure = FailureExplanation(listeningOn: target, failed: error) else { return }
            shared.logger.warning(
                "cannot listen",
                metadata: failure.logFields(instance: attempt.instance, endpoint: "\(target)")
            )
            listener.note(failure, at: attempt.place)
        }
        tellPeers(of: attempt.instance)
        guard listener.targets[attempt.place].socket?.refusals.count != 0 else { return }
        eventLoop.scheduleTask(in: Self.retryInterval) {
            self.assumeIsolated { core in
                guard core.listener(awaiting: attempt) != nil else { return }
                core.listen(attempt.instance, at: attempt.place)
            }
        }
    }

    /// Tells each peer of an instance whether its connections would be accepted, and everyone what the instance lacks.
    private func tellPeers(of name: String) {
        guard let listener = listeners[name], let instance = instances.first(where: { $0.name == name }) else { return }
        var turnedAway: [AdmissionFailure: [String]] = [:]
        for peer in instance.peers where peer.heldDown == nil {
            let objection = listener.objection(to: peer.configuration)
            let id = PeerID(instance: name, peer: peer.configuration.name)
            drivers[id]?.assumeIsolated { $0.noteAdmission(objection) }
            if let objection { turnedAway[objection, default: []].append(peer.configuration.name) }
        }
        var refusals = turnedAway.map { failure, peers in failure.explanation(for: Self.connections(of: peers)) }
        if let refusal = listener.ttlRefusal {
            refusals.append(refusal.explanation(for: "connections from peers with TTL security"))
        }
        refusals.sort { $0.description < $1.description }
        let snapshot = InstanceSnapshot(
            name: name,
            listening: listener.endpoints,
            failure: listener.failure,
            refusals: refusals
        )
        let known = shared.board.instances().first { $0.name == name }?.refusals ?? []
        for refusal in refusals where !known.contains(refusal) {
            shared.logger.warning("peers are not admitted", metadata: refusal.logFields(instance: name))
        }
        shared.board.publish(snapshot, for: name)
    }

    /// The first few names, and how many more there are.
    private static func connections(of peers: [String]) -> String {
        let most = 3
        let rest = peers.count - most
        let names = peers.prefix(most).joined(separator: ", ")
        return "connections from \(peers.count == 1 ? "peer" : "peers") \(names)"
            + (rest > 0 ? " and \(rest) more" : "")
    }

    /// One attempt to listen at a place of an instance's listener; no other has its number.
    struct Attempt: Sendable {
        let instance: String
        let place: Int
        let number: UInt64
    }

    /// What an attempt would bring is not wanted any more.
    private struct Unwanted: Error {}
}

extension FailureExplanation {
    /// The fields of a log line about an instance.
    fileprivate func logFields(instance: String, endpoint: Logger.MetadataValue? = nil) -> LogFields {
        var fields: LogFields = [
            .instance: "\(instance)", .reason: "\(reason.rawValue)", .reasonSeen: "\(seen)",
            .reasonCause: "\(cause)", .reasonFix: "\(fix)",
        ]
        fields[.endpoint] = endpoint
        return fields
    }
}

extension InstanceConfiguration {
    /// The same, with every peer held down that is to have a password and has none.
    ///
    /// Whoever plans sessions holds such a peer down. A fault there must not become a session without the password.
    var holdingDownWhatLacksItsPassword: InstanceConfiguration {
        var instance = self
        for index in instance.peers.indices where instance.peers[index].heldDown == nil {
            let configuration = instance.peers[index].configuration
            guard configuration.needsPassword, configuration.password == nil else { continue }
            instance.peers[index].heldDown = .invalidConfiguration("the password that it needs is not known")
        }
        return instance
    }
}
