import BGPWire

extension SessionFailure {
    /// What this failure adds to `previous` when it only follows from it: a clause such as `refuses new connections`.
    ///
    /// A router that has closed a session for a reason it gave, or was given, often pauses, and meanwhile turns new
    /// connections away without a word. A person needs the reason, so it is not to be forgotten for the silence after it.
    /// `nil` when this failure is news.
    package func echo(of previous: SessionFailure) -> String? {
        switch (self, previous) {
        case (.disconnected(.closedByPeer, in: .openSent), .sent), (.disconnected(.resetByPeer, in: .openSent), .sent),
            (.disconnected(.closedByPeer, in: .openSent), .received),
            (.disconnected(.resetByPeer, in: .openSent), .received),
            (.disconnected(.closedByPeer, in: .openSent), .disconnected(.timedOut, in: _)),
            (.disconnected(.resetByPeer, in: .openSent), .disconnected(.timedOut, in: _)):
            "it closes new connections without a word"
        case (.dial(.refused), .received(let error, in: _)) where error.code == .cease:
            "it refuses new connections"
        case (.dial(.refused), .disconnected(.closedByPeer, in: .established)),
            (.dial(.refused), .disconnected(.resetByPeer, in: .established)):
            "it refuses new connections"
        default:
            nil
        }
    }
}

extension FailureExplanation {
    /// The same with what was seen since, in one clause.
    package func followed(by echo: String) -> FailureExplanation {
        FailureExplanation(reason, seen: "\(seen); since then \(echo)", cause: cause, fix: fix)
    }
}
