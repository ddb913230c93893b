/// One named question of a health endpoint (Kubernetes API health endpoints: `/livez`, `/readyz`, `?verbose`).
package struct HealthCheck: Sendable {
    /// The name in the verbose list, lower case with dashes.
    package let name: String
    /// Nil when fine, else what is wrong, as a short sentence.
    package let problem: @Sendable () async -> String?

    /// Names a question.
    package init(_ name: String, problem: @escaping @Sendable () async -> String?) {
        self.name = name
        self.problem = problem
    }
}

/// The checks of both health endpoints.
package struct HealthChecks: Sendable {
    /// The checks of `/livez`: wrong means that a restart would help.
    package let live: [HealthCheck]
    /// The checks of `/readyz`: wrong means not yet, or not now.
    ///
    /// Sessions and leadership are no part of it,
    /// since a dead router must not stop a rollout.
    package let ready: [HealthCheck]

    /// Joins the two.
    package init(live: [HealthCheck] = [], ready: [HealthCheck] = []) {
        self.live = live
        self.ready = ready
    }

    var pages: [AdminPage] { [.health("livez", live), .health("readyz", ready)] }
}

/// The answers of all checks of one endpoint.
struct HealthReport {
    let lines: [String]
    let isHealthy: Bool

    init(endpoint: String, checks: [HealthCheck]) async {
        var lines: [String] = []
        var failed = 0
        for check in checks {
            if let problem = await check.problem() {
                failed += 1
                lines.append("[-]\(check.name) failed: \(problem)")
            } else {
                lines.append("[+]\(check.name) ok")
            }
        }
        isHealthy = failed == 0
        lines.append("\(endpoint) check \(isHealthy ? "passed" : "failed")")
        self.lines = lines
    }

    /// `ok` alone when all is fine and nobody asked for more.
    func text(verbose: Bool) -> String {
        isHealthy && !verbose ? "ok" : lines.joined(separator: "\n") + "\n"
    }
}
