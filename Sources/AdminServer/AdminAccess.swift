/// Who may read a page over the network.
package struct AdminAccess: Sendable {
    /// What was decided, with a sentence for whoever asked.
    package enum Verdict: Hashable, Sendable {
        /// The page is shown.
        case allowed
        /// 401: no credential, or one that the API server does not know.
        case unauthenticated(String)
        /// 403: known, without the right.
        case forbidden(String)
        /// 503: nobody could be asked.
        case unavailable(String)
    }

    /// Decides on a path (as RBAC's nonResourceURLs name it, such as `/v1/peers`) for the bearer of a token; nil when the
    /// request has none.
    package let verdict: @Sendable (_ path: String, _ token: String?) async -> Verdict

    /// Asks `verdict` about every request.
    package init(verdict: @escaping @Sendable (_ path: String, _ token: String?) async -> Verdict) {
        self.verdict = verdict
    }

    /// Whoever reaches the port may read: for loopback, and for those who fence the port.
    package static let open = AdminAccess { _, _ in .allowed }
}
