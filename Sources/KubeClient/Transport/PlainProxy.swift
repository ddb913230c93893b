import AsyncHTTPClient
import NIOCore
import NIOHTTP1

/// An HTTP proxy on the way to a server without TLS: it is asked for the server's whole URL (RFC 9112 §3.2.2), as kubectl asks.
///
/// Such a proxy may well refuse CONNECT to a port that is not that of TLS, and most do. The HTTP client knows CONNECT alone,
/// so it is led to the proxy as if that were the server, and each request's target is completed on its way out.
struct PlainProxy: Sendable {
    /// What stands before a request's target to reach the proxy.
    let base: String
    private let origin: String
    private let authorization: String?

    /// `nil` for a proxy that is not asked so: none, or one that speaks SOCKS.
    init?(_ proxy: ProxyAddress?, to server: ServerAddress) {
        guard let proxy, proxy.kind == .http else { return nil }
        base = "http://\(proxy.host.contains(":") ? "[\(proxy.host)]" : proxy.host):\(proxy.port)\(server.path)"
        origin = "\(server.scheme)://\(server.authority)"
        authorization = proxy.authorization?.headerValue
    }

    /// Makes a connection to the proxy complete the requests that go out on it.
    func prepare(_ channel: any Channel) -> EventLoopFuture<Void> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            // Ahead of the encoder, behind whoever writes requests.
            let encoder = try pipeline.context(handlerType: HTTPRequestEncoder.self)
            try pipeline.addHandler(
                AbsoluteTarget(origin: origin, authorization: authorization),
                position: .after(encoder.handler)
            )
        }
    }
}

/// Writes every request with its absolute target, and with what the proxy wants to see.
private final class AbsoluteTarget: ChannelOutboundHandler {
    typealias OutboundIn = HTTPClientRequestPart
    typealias OutboundOut = HTTPClientRequestPart

    private let origin: String
    private let authorization: String?

    init(origin: String, authorization: String?) {
        self.origin = origin
        self.authorization = authorization
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .head(var head) = unwrapOutboundIn(data) else { return context.write(data, promise: promise) }
        head.uri = origin + head.uri
        if let authorization { head.headers.replaceOrAdd(name: "Proxy-Authorization", value: authorization) }
        context.write(wrapOutboundOut(.head(head)), promise: promise)
    }
}
