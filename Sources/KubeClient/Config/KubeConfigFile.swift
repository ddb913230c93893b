import KubeJSON
import KubeModel

/// A kubeconfig file as it is written (kubectl `v1` Config).
struct KubeConfigFile: Decodable, Sendable {
    struct NamedCluster: Decodable, Sendable {
        var name: String
        var cluster: Cluster?
    }

    struct Cluster: Decodable, Sendable {
        var server: String?
        var certificateAuthority: String?
        var certificateAuthorityData: String?
        var tlsServerName: String?
        var insecureSkipTLSVerify: Bool?
        var proxyURL: String?

        private enum CodingKeys: String, CodingKey {
            case server
            case certificateAuthority = "certificate-authority"
            case certificateAuthorityData = "certificate-authority-data"
            case tlsServerName = "tls-server-name"
            case insecureSkipTLSVerify = "insecure-skip-tls-verify"
            case proxyURL = "proxy-url"
        }
    }

    struct NamedUser: Decodable, Sendable {
        var name: String
        var user: User?
    }

    struct User: Decodable, Sendable {
        var clientCertificate: String?
        var clientCertificateData: String?
        var clientKey: String?
        var clientKeyData: Redacted<String>?
        var token: Redacted<String>?
        var tokenFile: String?
        var username: String?
        var password: Redacted<String>?
        var exec: ExecPlugin?
        var authProvider: JSONValue?
        var impersonate: String?
        var impersonateGroups: [String]?
        var impersonateUID: String?

        private enum CodingKeys: String, CodingKey {
            case token, tokenFile, username, password, exec
            case clientCertificate = "client-certificate"
            case clientCertificateData = "client-certificate-data"
            case clientKey = "client-key"
            case clientKeyData = "client-key-data"
            case authProvider = "auth-provider"
            case impersonate = "as"
            case impersonateGroups = "as-groups"
            case impersonateUID = "as-uid"
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            func text(_ key: CodingKeys) throws -> String? {
                let value = try container.decodeIfPresent(String.self, forKey: key)
                return value?.isEmpty == true ? nil : value
            }
            clientCertificate = try text(.clientCertificate)
            clientCertificateData = try text(.clientCertificateData)
            clientKey = try text(.clientKey)
            clientKeyData = try text(.clientKeyData).map { Redacted($0) }
            token = try text(.token).map { Redacted($0) }
            tokenFile = try text(.tokenFile)
            username = try text(.username)
            password = try text(.password).map { Redacted($0) }
            exec = try container.decodeIfPresent(ExecPlugin.self, forKey: .exec)
            authProvider = try container.decodeIfPresent(JSONValue.self, forKey: .authProvider)
            impersonate = try text(.impersonate)
            impersonateGroups = try container.decodeIfPresent([String].self, forKey: .impersonateGroups)
            impersonateUID = try text(.impersonateUID)
        }
    }

    struct NamedContext: Decodable, Sendable {
        var name: String
        var context: Context?
    }

    struct Context: Decodable, Sendable {
        var cluster: String?
        var user: String?
        var namespace: String?
    }

    var currentContext: String?
    var clusters: [NamedCluster]?
    var users: [NamedUser]?
    var contexts: [NamedContext]?

    private enum CodingKeys: String, CodingKey {
        case clusters, users, contexts
        case currentContext = "current-context"
    }
}
