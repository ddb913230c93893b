import FoundationEssentials
import KubeModel
import NIOPosix

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Runs a credential plugin and reads what it prints.
struct ExecRunner: Sendable {
    let plugin: ExecPlugin
    let directory: String
    let endpoint: KubeEndpoint
    let environment: [String: String]

    /// Returns the plugin's credential; throws `KubeError` that names the program and what went wrong.
    func run() async throws -> ExecCredential.Status {
        let isTerminal = isatty(STDIN_FILENO) == 1
        if plugin.interactiveMode == .always, !isTerminal {
            throw failure("needs a terminal to ask on (interactiveMode: Always), and there is none")
        }
        let isInteractive = isTerminal && plugin.interactiveMode != .never
        let output = try await NIOThreadPool.singleton.runIfActive { try spawn(isInteractive: isInteractive) }
        guard let credential = try? JSON.decode(ExecCredential.self, from: Data(output)) else {
            throw failure("printed no ExecCredential")
        }
        guard credential.apiVersion == plugin.apiVersion else {
            throw failure("answered in \(credential.apiVersion ?? "no version"), expected \(plugin.apiVersion ?? "")")
        }
        guard let status = credential.status else { throw failure("printed an ExecCredential without a status") }
        guard (status.clientCertificateData == nil) == (status.clientKeyData == nil) else {
            throw failure("printed a certificate without its key, or a key without its certificate")
        }
        guard status.token?.isEmpty == false || status.clientCertificateData != nil else {
            throw failure("printed neither a token nor a certificate")
        }
        return status
    }

    private func failure(_ text: String) -> KubeError {
        let hint = plugin.installHint.map { " (\($0.split(separator: "\n").first ?? ""))" } ?? ""
        return KubeError(.configuration, "credential plugin \(plugin.command) \(text)\(hint)")
    }

    private var command: String {
        guard plugin.command.contains("/"), !plugin.command.hasPrefix("/") else { return plugin.command }
        return "\(directory)/\(plugin.command)"
    }

    private func variables(isInteractive: Bool) throws -> [String] {
        var spec: [String: JSONValue] = ["interactive": .bool(isInteractive)]
        if plugin.provideClusterInfo == true {
            var cluster: [String: JSONValue] = ["server": .string(endpoint.server)]
            if endpoint.insecureSkipTLSVerify { cluster["insecure-skip-tls-verify"] = true }
            if let name = endpoint.tlsServerName { cluster["tls-server-name"] = .string(name) }
            if let proxy = endpoint.proxyURL { cluster["proxy-url"] = .string(proxy) }
            if let authority = endpoint.certificateAuthority {
                cluster["certificate-authority-data"] = .string(Base64.encode(try authority.read()))
            }
            spec["cluster"] = .object(cluster)
        }
        let info: JSONValue = [
            "apiVersion": .string(plugin.apiVersion ?? ""), "kind": "ExecCredential", "spec": .object(spec),
        ]
        var all = environment
        for variable in plugin.env ?? [] { all[variable.name] = variable.value }
        all["KUBERNETES_EXEC_INFO"] = String(decoding: try JSON.encode(info), as: UTF8.self)
        return all.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    }

    /// Blocks until the plugin ends, so it runs on a thread of its own.
    private func spawn(isInteractive: Bool) throws -> [UInt8] {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw failure("cannot be started: no more file descriptors") }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if !isInteractive { posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
        posix_spawn_file_actions_addclose(&actions, ends[0])
        posix_spawn_file_actions_addclose(&actions, ends[1])
        var arguments = ([command] + (plugin.args ?? [])).map { strdup($0) } + [nil]
        var variables = try variables(isInteractive: isInteractive).map { strdup($0) } + [nil]
        defer { (arguments + variables).forEach { free($0) } }
        var child = pid_t()
        let result = posix_spawnp(&child, command, &actions, nil, &arguments, &variables)
        close(ends[1])
        defer { close(ends[0]) }
        guard result == 0 else { throw failure("cannot be started: \(String(cString: strerror(result)))") }
        let output = readAll(ends[0])
        var status: Int32 = 0
        while waitpid(child, &status, 0) == -1, errno == EINTR {}
        guard status == 0 else {
            let signal = status & 0x7f
            throw failure(
                signal == 0 ? "ended with exit code \((status >> 8) & 0xff)" : "was ended by signal \(signal)"
            )
        }
        return output
    }

    private func readAll(_ descriptor: Int32) -> [UInt8] {
        var output: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while output.count < 1 << 20 {
            let count = read(descriptor, &buffer, buffer.count)
            if count > 0 { output += buffer[..<count] } else if count == 0 || errno != EINTR { break }
        }
        return output
    }
}

extension KubeEndpoint.Material {
    /// The PEM text; throws `KubeError` when a file cannot be read.
    func read() throws -> String {
        switch self {
        case .inline(let text): return text.value
        case .file(let path):
            guard let data = FileManager.default.contents(atPath: path) else {
                throw KubeError(.configuration, "\(path): the file named in the kubeconfig cannot be read")
            }
            return String(decoding: data, as: UTF8.self)
        }
    }
}
