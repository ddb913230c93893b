import FoundationEssentials
import KubeJSON
import KubeModel
import NIOPosix
import Synchronization

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
    /// How long the program may take; nil is no limit.
    let timeout: Duration?

    /// No credential is longer.
    private static let longestOutput = 1 << 20

    /// Returns the plugin's credential; throws `KubeError` that names the program and what went wrong.
    func run() async throws -> ExecCredential.Status {
        let isTerminal = isatty(STDIN_FILENO) == 1
        if plugin.interactiveMode == .always, !isTerminal {
            throw failure("needs a terminal to ask on (interactiveMode: Always), and there is none")
        }
        let isInteractive = isTerminal && plugin.interactiveMode != .never
        let isCancelled = Atomic(false)
        let output = try await withTaskCancellationHandler {
            try await NIOThreadPool.singleton.runIfActive {
                try spawn(isInteractive: isInteractive) { isCancelled.load(ordering: .relaxed) }
            }
        } onCancel: {
            isCancelled.store(true, ordering: .relaxed)
        }
        try Task.checkCancellation()
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
    private func spawn(isInteractive: Bool, isCancelled: () -> Bool) throws -> [UInt8] {
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
        var plugin = RunningPlugin(process: child, output: ends[0])
        switch plugin.wait(for: timeout, most: Self.longestOutput, isCancelled: isCancelled) {
        case .tooMuch: throw failure("printed more than \(Self.longestOutput) octets, and was ended")
        case .late:
            throw failure("was ended, since it took longer than \((timeout ?? .zero) / .seconds(1)) seconds")
        case .cancelled: throw CancellationError()
        case .ended(0): return plugin.text
        case .ended(let status):
            let signal = status & 0x7f
            throw failure(
                signal == 0 ? "ended with exit code \((status >> 8) & 0xff)" : "was ended by signal \(signal)"
            )
        }
    }
}

/// A credential plugin while it runs.
private struct RunningPlugin {
    let process: pid_t
    let output: Int32
    /// What it has printed.
    private(set) var text: [UInt8] = []

    init(process: pid_t, output: Int32) {
        self.process = process
        self.output = output
    }

    enum Outcome {
        /// By itself, with this status.
        case ended(Int32)
        case tooMuch
        case late
        case cancelled
    }

    /// How often it is looked at, in milliseconds: its end cannot be waited for together with its output, which a program
    /// that it has left behind may hold open.
    private static let pace: Int32 = 20

    /// Reads what it prints until it ends, and ends it when it prints or takes too much.
    mutating func wait(for limit: Duration?, most: Int, isCancelled: () -> Bool) -> Outcome {
        let start = ContinuousClock.now
        _ = fcntl(output, F_SETFL, fcntl(output, F_GETFL) | O_NONBLOCK)
        while true {
            var status: Int32 = 0
            let waited = waitpid(process, &status, WNOHANG)
            readOn(most: most)
            if text.count > most {
                if waited == 0 { end() }
                return .tooMuch
            }
            if waited == process { return .ended(status) }
            if waited == -1, errno != EINTR { return .ended(0) }
            if let limit, ContinuousClock.now - start >= limit {
                end()
                return .late
            }
            if isCancelled() {
                end()
                return .cancelled
            }
            var interest = pollfd(fd: isOpen ? output : -1, events: Int16(POLLIN), revents: 0)
            poll(&interest, 1, Self.pace)
        }
    }

    private var isOpen = true

    /// Reads what there is.
    private mutating func readOn(most: Int) {
        var buffer = [UInt8](repeating: 0, count: 1 << 14)
        while isOpen, text.count <= most {
            let count = read(output, &buffer, buffer.count)
            if count > 0 {
                text += buffer[..<count]
            } else if count == 0 {
                isOpen = false
            } else if errno != EINTR {
                return
            }
        }
    }

    private func end() {
        kill(process, SIGKILL)
        var status: Int32 = 0
        while waitpid(process, &status, 0) == -1, errno == EINTR {}
    }
}

extension KubeEndpoint.Material {
    /// The PEM text; throws `KubeError` when a file cannot be read.
    func read() throws -> String {
        switch self {
        case .inline(let text): return text.value
        case .file(let path):
            do {
                return try BoundedFile.setting(path)
            } catch {
                throw KubeError(.configuration, "\(path): the file named in the kubeconfig \(error.cannotBeRead)")
            }
        }
    }
}
