import FoundationEssentials
import KubeClient
import KubeModel
import LabAPIServer
import TestSupport
import Testing

@Suite(.enabled(if: tools.isMet, "\(tools.comment)"), .timeLimit(.minutes(10))) struct ServerAccessTests {
    @Test func `a server with a token refuses requests without it`() async throws {
        var configuration = LabAPIServer.Configuration()
        configuration.bearerToken = "sesame"
        try await withLabServer(configuration) { _, url in
            let request = KubeRequest(.get, "/api/v1/namespaces")
            let without = try await withTransport(KubeEndpoint(server: url)) { try await $0.send(request) }
            #expect(without.status == 401)
            let with = try await withTransport(KubeEndpoint(server: url)) { transport in
                var request = request
                request.headers.append(KubeRequest.Field("Authorization", "Bearer sesame"))
                return try await transport.send(request)
            }
            #expect(with.status == 200)
        }
    }

    /// The pod is a second server, so that what comes back is known.
    @Test func `the pod proxy leads to pods`() async throws {
        try await withLabServer { _, inner in
            let port = inner.split(separator: ":").last.map(String.init) ?? ""
            try await Kubectl.withLab { kubectl in
                let pod = """
                    apiVersion: v1
                    kind: Pod
                    metadata: {name: speaker}
                    spec: {containers: [{name: speaker, image: x, ports: [{name: admin, containerPort: \(port)}]}]}
                    """
                _ = try await kubectl("apply", "-f", "-", input: pod)
                let path = "/api/v1/namespaces/default/pods"
                let early = try await kubectl.result("get", "--raw", "\(path)/speaker:\(port)/proxy/livez")
                #expect(early.status == .exited(1))
                let status = #"{"status":{"podIP":"127.0.0.1"}}"#
                _ = try await kubectl("patch", "pod", "speaker", "--subresource=status", "--type=merge", "-p", status)
                #expect(try await kubectl("get", "--raw", "\(path)/speaker:\(port)/proxy/livez") == "ok")
                #expect(try await kubectl("get", "--raw", "\(path)/http:speaker:admin/proxy/livez") == "ok")
                let version = try await kubectl("get", "--raw", "\(path)/speaker/proxy/version?verbose=1")
                #expect(version.contains("gitVersion"))
            }
        }
    }

    @Test func `a watch as a table shows changes while they happen`() async throws {
        try await Kubectl.withLab { kubectl in
            async let rows = kubectl.result("get", "cm", "-w", "--no-headers", "--request-timeout=5s")
            let names = ["a", "b"]
            for name in names { _ = try await kubectl("create", "cm", name, "--from-literal=x=y") }
            let seen = try await rows.output.split(separator: "\n").compactMap { $0.split(separator: " ").first }
            #expect(seen.map(String.init) == names)
        }
    }
}

private let tools = Requirement.programs("kubectl")
