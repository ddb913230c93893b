/// Why connections that a peer opens are not accepted although the port listens.
package enum AdmissionFailure: Hashable, Sendable {
    /// The kernel would not set an option of the listening socket or of the connection, named here.
    case optionRefused(String)
    /// The kernel has no room for another TCP MD5 key on the socket: ENOMEM.
    case noRoomForKeys
    /// Another peer of the instance, named here, is at the same address with another password.
    case otherPassword(peer: String)

    /// The words for it; `connections` says whose connections are meant, such as `connections from 10.0.0.1`.
    package func explanation(for connections: String) -> FailureExplanation {
        switch self {
        case .optionRefused(let option):
            FailureExplanation(
                .socketOptionRefused,
                seen: "\(connections) are not accepted: the kernel would not set \(option)",
                cause: "it was built without it or forbids it, as in FIPS mode",
                fix: "run the node with a kernel that has it"
            )
        case .noRoomForKeys:
            FailureExplanation(
                .socketOptionRefused,
                seen: "\(connections) are not accepted: the kernel has no room for their TCP MD5 key",
                cause: "net.core.optmem_max of the node is too small for the passwords of its peers",
                fix: "raise it: sysctl -w net.core.optmem_max=1048576"
            )
        case .otherPassword(let peer):
            FailureExplanation(
                .socketOptionRefused,
                seen: "\(connections) are not accepted",
                cause:
                    "peer \(peer) has the same address with another password, and the kernel keeps one TCP MD5 key for "
                    + "an address",
                fix: "give both the same password, or one of them another peerAddress"
            )
        }
    }
}
