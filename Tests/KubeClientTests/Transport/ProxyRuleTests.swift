import KubeClient
import Testing

struct ProxyRuleTests {
    @Test(
        arguments: [
            ("kube.test", [:], nil),
            ("kube.test", ["HTTPS_PROXY": "http://p:1"], "http://p:1"),
            ("kube.test", ["https_proxy": "http://p:1"], "http://p:1"),
            ("kube.test", ["HTTP_PROXY": "http://p:1"], nil),
            ("kube.test", ["HTTPS_PROXY": ""], nil),
            ("localhost", ["HTTPS_PROXY": "http://p:1"], nil),
            ("127.0.0.9", ["HTTPS_PROXY": "http://p:1"], nil),
            ("::1", ["HTTPS_PROXY": "http://p:1"], nil),
            ("kube.test", ["HTTPS_PROXY": "http://p:1", "NO_PROXY": "*"], nil),
            ("kube.test", ["HTTPS_PROXY": "http://p:1", "NO_PROXY": "other, KUBE.test"], nil),
            ("kube.test", ["HTTPS_PROXY": "http://p:1", "no_proxy": "test"], nil),
            ("kube.test", ["HTTPS_PROXY": "http://p:1", "NO_PROXY": ".test"], nil),
            ("kube.test", ["HTTPS_PROXY": "http://p:1", "NO_PROXY": "*.test"], nil),
            ("kube.test", ["HTTPS_PROXY": "http://p:1", "NO_PROXY": "ube.test"], "http://p:1"),
            ("kube.test", ["HTTPS_PROXY": "http://p:1", "NO_PROXY": "kube.test:6443"], nil),
            ("kube.test", ["HTTPS_PROXY": "http://p:1", "NO_PROXY": "kube.test:443"], "http://p:1"),
            ("10.0.0.9", ["HTTPS_PROXY": "http://p:1", "NO_PROXY": "10.0.0.0/8"], nil),
            ("10.0.0.9", ["HTTPS_PROXY": "http://p:1", "NO_PROXY": "10.0.0.9"], nil),
            ("11.0.0.9", ["HTTPS_PROXY": "http://p:1", "NO_PROXY": "10.0.0.0/8"], "http://p:1"),
            ("fd00::9", ["HTTPS_PROXY": "http://p:1", "NO_PROXY": "fd00::/8"], nil),
        ] as [(String, [String: String], String?)]
    )
    func `the environment's proxy is used unless the server is excepted`(
        host: String,
        environment: [String: String],
        proxy: String?
    ) {
        #expect(
            ProxyRule.proxy(scheme: "https", host: host, port: 6443, configured: nil, environment: environment) == proxy
        )
    }

    @Test func `a kubeconfig's proxy goes before the environment and knows no exceptions`() {
        #expect(
            ProxyRule.proxy(
                scheme: "https",
                host: "localhost",
                port: 6443,
                configured: "http://q:2",
                environment: ["HTTPS_PROXY": "http://p:1", "NO_PROXY": "*"]
            ) == "http://q:2"
        )
    }
}
