import BGPEngine
import BGPTypes
import NIOCore

/// A socket that listens, with what the kernel checks on it; neither ever changes.
///
/// A key that were set on a socket that listens would come too late for connections that wait on it already, with all that
/// they have said.
struct ListeningSocket {
    /// Which attempt to listen it comes from.
    let attempt: UInt64
    /// The socket.
    let channel: any Channel
    /// What the kernel was asked to check.
    let protection: ListenerProtection
    /// What of it the kernel refused.
    let refusals: Refusals

    /// Options that the kernel would not set.
    struct Refusals: Hashable, Sendable {
        /// The TTL of SYN-ACKs, without which a peer with TTL security does not hear this node.
        var ttl: AdmissionFailure?
        /// The lowest TTL.
        var lowestTTL: AdmissionFailure?
        /// Keys, by the addresses they are for.
        var keys: [IPPrefix: AdmissionFailure] = [:]

        /// How many.
        var count: Int { keys.count + (ttl == nil ? 0 : 1) + (lowestTTL == nil ? 0 : 1) }
    }

    /// Why no connection to this socket can be the peer's; `nil` when one can.
    ///
    /// Whatever has been on its way when the peer's password changed meets the new password here.
    func objection(to peer: PeerConfiguration) -> AdmissionFailure? {
        let address = peer.remote.address
        let holder = protection.holder(of: address)
        guard holder?.password == peer.password else {
            return holder.map { .otherPassword(peer: $0.peer) }
                ?? .optionRefused(SocketOptions.Option.signature.rawValue)
        }
        if peer.password != nil, let refused = refusals.keys.first(where: { $0.key.contains(address) }) {
            return refused.value
        }
        return peer.lowestIncomingTTL == nil ? nil : refusals.lowestTTL
    }
}

extension Channel {
    /// Gives a socket that does not listen yet its protection, and says what of that was refused; does not fail.
    func protect(
        with protection: ListenerProtection,
        family: IPFamily,
        options: SocketOptions
    ) -> EventLoopFuture<ListeningSocket.Refusals> {
        // SYN-ACKs leave from here: a peer with TTL security drops those with less (RFC 5082 §3).
        let ttl = setTTL(255, family: family, use: .listening, with: options)
        let lowest =
            protection.lowestTTL == 0
            ? eventLoop.makeSucceededVoidFuture()
            : setLowestTTL(protection.lowestTTL, family: family, use: .listening, with: options)
        let keys = protection.keys.map {
            setSignature($0.password, for: $0.prefix, use: .listening, with: options)
        }
        return EventLoopFuture.whenAllComplete([ttl, lowest] + keys, on: eventLoop).map { results in
            let failures = results.map(\.admissionFailure)
            var refusals = ListeningSocket.Refusals(ttl: failures[0], lowestTTL: failures[1])
            for (key, failure) in zip(protection.keys, failures.dropFirst(2)) { refusals.keys[key.prefix] = failure }
            return refusals
        }
    }
}

extension Result<Void, any Error> {
    /// Why an option was refused; `nil` when it is set.
    fileprivate var admissionFailure: AdmissionFailure? {
        guard case .failure(let error) = self else { return nil }
        return (error as? SocketOptionError)?.admissionFailure ?? .optionRefused("\(error)")
    }
}
