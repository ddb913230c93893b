import BGPResources
import KubeClient
import KubeModel
import LabAPIServer

extension ScenarioStep {
    /// Asks again until the router's table is what a file says.
    func expectRouter(_ file: String) async throws {
        try await expect {
            let table = await lab.router.table()
            return difference(file, table).map { "the router's table is not as in \(file):\n\($0)" }
        }
    }

    /// Asks again until the plugin ends with a status, and prints what a file says.
    func expectPlugin(_ words: [String], _ file: String?, _ status: Int32) async throws {
        let command = "kubectl bgp \(words.joined(separator: " "))"
        try await expect {
            let answer = await plugin(words, lab.kubeconfig)
            guard answer.status == status else {
                let text = (answer.errors + answer.output).split(separator: "\n").map { "  \($0)" }
                return "\(command) ended with status \(answer.status), expected \(status):\n"
                    + text.joined(separator: "\n")
            }
            return file.flatMap { difference($0, answer.output) }.map {
                "\(command) is not as in \(file ?? ""):\n\($0)"
            }
        }
    }

    /// Asks again until an object of `martlet.dev` has a condition.
    func expectCondition(
        of kind: String,
        _ name: String,
        _ type: String,
        _ status: String,
        _ reason: String?
    ) async throws {
        let place = try await applier.resourceType(apiVersion: BGPClusterConfig.type.apiVersion, kind: kind)
        let request = KubeRequest.get(place, ObjectKey(name: name))
        try await expect {
            let object = try await lab.client.send(request, as: Conditioned.self)
            let found = object.status?.conditions?.first { $0.type == type }
            if let found, found.status.rawValue == status, reason == nil || found.reason?.rawValue == reason {
                return nil
            }
            let present =
                found.map { "\($0.status.rawValue) \($0.reason?.rawValue ?? ""): \($0.message ?? "")" } ?? "absent"
            return "condition \(type) of \(kind)/\(name) is \(present), expected \(status) \(reason ?? "")"
        }
    }

    /// What differs from a file; nil when nothing does.
    private func difference(_ name: String, _ text: String) -> String? {
        let expected = ExpectedText(scenario.files[name]?.text ?? "")
        return expected.matches(text) ? nil : expected.difference(from: text)
    }

    /// Asks again, ten times a second, until nothing is wrong any more; throws what was wrong last when the time is over.
    private func expect(_ problem: () async throws -> String?) async throws {
        let end = ContinuousClock.now + timeout
        while let found = try await problem() {
            guard ContinuousClock.now < end else { throw LabFailure("after \(timeout.components.seconds) s \(found)") }
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}

/// An object as far as its conditions.
private struct Conditioned: Decodable {
    struct Status: Decodable {
        let conditions: [Condition]?
    }

    let status: Status?
}
