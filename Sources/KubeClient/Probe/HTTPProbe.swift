import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// Asks one URL whether all is well, as a kubelet's HTTP probe does: any status of 200 to 399 is yes.
package struct HTTPProbe: Sendable {
    /// The URL that is asked.
    package let url: String

    /// Takes an http or https URL; what is wrong with it shows in the first answer.
    package init(url: String) {
        self.url = url
    }

    /// Asks once, for two seconds at most; nil is yes, anything else says what was seen.
    package func problem() async -> String? {
        do {
            let response = try await HTTPClient.shared.execute(HTTPClientRequest(url: url), timeout: .seconds(2))
            return (200..<400).contains(response.status.code) ? nil : "\(url) answered \(response.status.code)"
        } catch {
            return "\(url) did not answer: \(error)"
        }
    }
}
