import FoundationEssentials
import KubeJSON
import KubeModel
import KubeYAML

/// All kubeconfig files merged as kubectl does: the first file that names a thing wins.
package struct KubeConfig: Sendable {
    private struct Entry<Value: Sendable>: Sendable {
        var value: Value
        var file: String
    }

    private var currentContext: Entry<String>?
    private var clusters: [String: Entry<KubeConfigFile.Cluster>] = [:]
    private var users: [String: Entry<KubeConfigFile.User>] = [:]
    private var contexts: [String: Entry<KubeConfigFile.Context>] = [:]
    private let files: [String]

    /// Reads and merges files.
    ///
    /// - Parameters:
    ///   - files: The paths in order.
    ///   - mustExist: Whether a missing file is an error; files of `KUBECONFIG` may be missing.
    /// - Throws: `KubeError` with file, line and field for one that is malformed.
    package init(files: [String], mustExist: Bool) throws {
        self.files = files
        for file in files {
            let text: String
            do throws(BoundedFile.Fault) {
                text = try BoundedFile.setting(file)
            } catch {
                guard mustExist || !error.isAbsence else { continue }
                throw KubeError(.configuration, "\(file): the kubeconfig \(error.cannotBeRead)")
            }
            try merge(text, file: file)
        }
    }

    /// Whether no file says anything.
    package var isEmpty: Bool { clusters.isEmpty && contexts.isEmpty && users.isEmpty }

    /// The names of all contexts in order.
    package var contextNames: [String] { contexts.keys.sorted() }

    private mutating func merge(_ text: String, file: String) throws {
        let document: YAMLDocument
        do {
            guard let first = try YAMLDocument.parse(text, file: file).first else { return }
            document = first
        } catch {
            throw KubeError(.configuration, "\(error)")
        }
        let content: KubeConfigFile
        do {
            content = try JSON.decode(KubeConfigFile.self, from: document.json)
        } catch let error as DecodingError {
            let fault = DecodingFault(error, in: document.json)
            let place = "\(file):\(document.position(of: fault.path))"
            throw KubeError(.configuration, "\(place): \(fault.path): \(fault.message)")
        }
        if currentContext == nil, let name = content.currentContext, !name.isEmpty {
            currentContext = Entry(value: name, file: file)
        }
        for entry in content.clusters ?? [] where clusters[entry.name] == nil {
            clusters[entry.name] = entry.cluster.map { Entry(value: $0, file: file) }
        }
        for entry in content.users ?? [] where users[entry.name] == nil {
            users[entry.name] = entry.user.map { Entry(value: $0, file: file) }
        }
        for entry in content.contexts ?? [] where contexts[entry.name] == nil {
            contexts[entry.name] = entry.context.map { Entry(value: $0, file: file) }
        }
    }

    /// The server that the present context and the options name; throws `KubeError` naming file, context and field.
    package func endpoint(_ options: KubeConfigOptions = KubeConfigOptions()) throws -> KubeEndpoint {
        let contextName = options.context ?? currentContext?.value
        let context = try contextName.flatMap { try self.context($0, isChosen: options.context != nil) }
        let place = contextName.map { "context \"\($0)\"" } ?? "no context"
        let cluster: Entry<KubeConfigFile.Cluster>?
        if let name = options.cluster ?? context?.value.cluster {
            guard let entry = clusters[name] else { throw missing("cluster", name, place) }
            cluster = entry
        } else {
            cluster = nil
        }
        guard let server = options.server ?? cluster?.value.server, !server.isEmpty else {
            throw KubeError(.configuration, "\(cluster?.file ?? fileNames): \(place) names no cluster with a server")
        }
        var endpoint = KubeEndpoint(server: server)
        endpoint.context = contextName
        if let namespace = context?.value.namespace, !namespace.isEmpty { endpoint.namespace = namespace }
        if let cluster { try apply(cluster, to: &endpoint, place) }
        if let name = options.user ?? context?.value.user, !name.isEmpty {
            guard let user = users[name] else { throw missing("user", name, place) }
            try apply(user, to: &endpoint, "\(place), user \"\(name)\"")
        }
        endpoint.apply(options)
        return endpoint
    }

    private func context(_ name: String, isChosen: Bool) throws -> Entry<KubeConfigFile.Context>? {
        if let entry = contexts[name] { return entry }
        let file = isChosen ? fileNames : currentContext?.file ?? fileNames
        let names = contextNames.isEmpty ? "none" : contextNames.joined(separator: ", ")
        throw KubeError(.configuration, "\(file): context \"\(name)\" does not exist, expected one of: \(names)")
    }

    private func missing(_ kind: String, _ name: String, _ place: String) -> KubeError {
        KubeError(.configuration, "\(fileNames): \(kind) \"\(name)\" of \(place) does not exist")
    }

    private var fileNames: String { files.joined(separator: ":") }

    private func apply(
        _ entry: Entry<KubeConfigFile.Cluster>,
        to endpoint: inout KubeEndpoint,
        _ place: String
    ) throws {
        let cluster = entry.value
        endpoint.certificateAuthority = try material(
            cluster.certificateAuthorityData,
            cluster.certificateAuthority,
            "certificate-authority",
            entry.file,
            place
        )
        endpoint.tlsServerName = cluster.tlsServerName.flatMap { $0.isEmpty ? nil : $0 }
        endpoint.insecureSkipTLSVerify = cluster.insecureSkipTLSVerify ?? false
        endpoint.proxyURL = cluster.proxyURL.flatMap { $0.isEmpty ? nil : $0 }
        if endpoint.insecureSkipTLSVerify, endpoint.certificateAuthority != nil {
            throw KubeError(
                .configuration,
                "\(entry.file): \(place): insecure-skip-tls-verify excludes certificate-authority"
            )
        }
    }

    private func apply(_ entry: Entry<KubeConfigFile.User>, to endpoint: inout KubeEndpoint, _ place: String) throws {
        let user = entry.value
        let certificate = try material(
            user.clientCertificateData,
            user.clientCertificate,
            "client-certificate",
            entry.file,
            place
        )
        let key = try material(user.clientKeyData?.value, user.clientKey, "client-key", entry.file, place)
        guard (certificate == nil) == (key == nil) else {
            let missing = key == nil ? "client-key" : "client-certificate"
            throw KubeError(.configuration, "\(entry.file): \(place): \(missing) is missing beside its other half")
        }
        endpoint.clientCertificate = certificate
        endpoint.clientKey = key
        if let user = user.impersonate {
            endpoint.impersonation = KubeEndpoint.Impersonation(
                user: user,
                groups: entry.value.impersonateGroups ?? [],
                uid: entry.value.impersonateUID
            )
        }
        if let file = user.tokenFile {
            endpoint.credential = .tokenFile(FilePath.resolve(file, besides: entry.file))
        } else if let token = user.token {
            endpoint.credential = .token(token)
        } else if let username = user.username {
            endpoint.credential = .basic(username: username, password: user.password ?? Redacted(""))
        } else if let plugin = user.exec {
            try plugin.check(file: entry.file, place: place)
            endpoint.credential = .exec(plugin, directory: FilePath.directory(of: entry.file))
        } else if user.authProvider != nil {
            throw KubeError(
                .configuration,
                "\(entry.file): \(place): auth-provider was removed from Kubernetes, expected exec"
            )
        }
    }

    /// Data in the file wins over a path, as in client-go.
    private func material(
        _ data: String?,
        _ path: String?,
        _ field: String,
        _ file: String,
        _ place: String
    ) throws -> KubeEndpoint.Material? {
        if let data, !data.isEmpty {
            guard let text = Base64.decode(data) else {
                throw KubeError(.configuration, "\(file): \(place): \(field)-data is not PEM text in base64")
            }
            return .inline(Redacted(text))
        }
        guard let path, !path.isEmpty else { return nil }
        return .file(FilePath.resolve(path, besides: file))
    }
}

extension ExecPlugin {
    /// The versions of the credential protocol that are spoken.
    static let versions = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"]

    func check(file: String, place: String) throws {
        guard let apiVersion, Self.versions.contains(apiVersion) else {
            let found = apiVersion.map { "\"\($0)\"" } ?? "none"
            let expected = Self.versions.joined(separator: " or ")
            throw KubeError(.configuration, "\(file): \(place): exec.apiVersion: expected \(expected), found \(found)")
        }
    }
}

extension KubeEndpoint {
    /// Lets the command line have the last word.
    mutating func apply(_ options: KubeConfigOptions) {
        if let token = options.token { credential = .token(Redacted(token)) }
        if let path = options.certificateAuthority { certificateAuthority = .file(path) }
        if let name = options.tlsServerName { tlsServerName = name }
        if options.insecureSkipTLSVerify {
            insecureSkipTLSVerify = true
            certificateAuthority = nil
        }
        if let user = options.impersonate {
            impersonation = Impersonation(user: user, groups: options.impersonateGroups, uid: options.impersonateUID)
        }
    }
}
