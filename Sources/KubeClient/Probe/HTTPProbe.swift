import AsyncHTTPClient
import FoundationEssentials
import Glibc
import NIOCore
import NIOHTTP1
import NIOSSL

/// Asks one URL whether all is well, as a kubelet's HTTP probe does: any status of 200 to 399 is yes.
package struct HTTPProbe: Sendable {
    /// The URL that is asked.
    package let url: String
    private let headers: HTTPHeaders

    /// Takes an http or https URL and fields of the request's head; what is wrong with the URL shows in the first answer.
    package init(url: String, headers: [(name: String, value: String)] = []) {
        self.url = url
        self.headers = HTTPHeaders(headers.map { ($0.name, $0.value) })
    }

    /// Asks once, for two seconds at most; nil is yes, anything else says what was seen.
    package func problem() async -> String? {
        guard let parts = URL(string: url), parts.scheme == "https", let host = parts.host(percentEncoded: false) else {
            return await problem(asking: .shared)
        }
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.certificateVerification = .noHostnameVerification
        var configuration = HTTPClient.Configuration(tlsConfiguration: tls)
        configuration.httpVersion = .http1Only
        let identity = ServerIdentity(host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host)
        configuration.http1_1ConnectionDebugInitializer = { identity.confirm($0) }
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        let problem = await problem(asking: client)
        try? await client.shutdown()
        return problem
    }

    private func problem(asking client: HTTPClient) async -> String? {
        do {
            var request = HTTPClientRequest(url: url)
            request.headers = headers
            let response = try await client.execute(request, timeout: .seconds(2))
            return (200..<400).contains(response.status.code) ? nil : "\(url) answered \(response.status.code)"
        } catch let error as IOError {
            return "\(url) did not answer: \(String(cString: strerror(error.errnoCode)))"
        } catch {
            return "\(url) did not answer: \(error)"
        }
    }
}
