/// What is known of an instance's listening sockets.
package struct InstanceSnapshot: Hashable, Sendable {
    /// The instance's name.
    package var name: String
    /// Where connections are accepted, by address.
    package var listening: [PeerSnapshot.Endpoint]
    /// Why an address cannot be listened on, with what to do; tried again every five seconds.
    package var failure: FailureExplanation?
    /// Why connections of some peers are not accepted although the port listens, with what to do; tried again as often.
    package var refusals: [FailureExplanation]

    /// Joins the parts.
    package init(
        name: String,
        listening: [PeerSnapshot.Endpoint] = [],
        failure: FailureExplanation? = nil,
        refusals: [FailureExplanation] = []
    ) {
        self.name = name
        self.listening = listening
        self.failure = failure
        self.refusals = refusals
    }

    /// All that is wrong, what concerns everyone first.
    package var problems: [FailureExplanation] { (failure.map { [$0] } ?? []) + refusals }
}
