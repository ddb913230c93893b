import ArgumentParser
import CommandLine
import Testing
import kubectl_bgp

struct CommandLineTests {
    @Test(arguments: [
        (
            ["frob"],
            """
            error: unknown command "frob" for "kubectl bgp", expected one of peers, routes, explain, drain, undrain, \
            pools, plan, lint, version, completion
            See 'kubectl bgp --help' for usage.

            """
        ),
        (
            ["plann", "-f", "x"],
            """
            error: unknown command "plann" for "kubectl bgp", did you mean plan?
            See 'kubectl bgp --help' for usage.

            """
        ),
        (
            ["explain", "svc/web", "--nonsense"],
            "error: unknown option '--nonsense'\nSee 'kubectl bgp explain service --help' for usage.\n"
        ),
        (
            ["explain", "web", "-n", "shop"],
            """
            error: unknown command "web" for "kubectl bgp explain", expected one of service, node, route, peer
            See 'kubectl bgp explain --help' for usage.

            """
        ),
        (
            ["peers", "-o", "yamll"],
            """
            error: the value 'yamll' is invalid for '-o', expected one of table, wide, json, yaml, name
            See 'kubectl bgp peers --help' for usage.

            """
        ),
        (
            ["explain", "service"],
            "error: missing expected argument '<service> ...'\nSee 'kubectl bgp explain service --help' for usage.\n"
        ),
        (
            ["peers", "--family", "ipv5"],
            """
            error: invalid family "ipv5", expected one of ipv4, ipv6, ipv4/unicast, ipv6/unicast
            See 'kubectl bgp peers --help' for usage.

            """
        ),
        (
            ["-n"],
            "error: missing value for '-n'\nSee 'kubectl bgp --help' for usage.\n"
        ),
        (
            ["completion", "ksh"],
            """
            error: the value 'ksh' is invalid for '<shell>'. Please provide one of 'bash', 'zsh', 'fish' or 'kubectl'
            See 'kubectl bgp completion --help' for usage.

            """
        ),
    ])
    func `a command line that makes no sense is one line, a hint and status 2`(words: [String], errors: String) async {
        let recording = Recording()
        let console = Console(output: Recording(), errors: recording, now: { present })
        let status = await KubectlBGP.run(words, on: console, clusters: FixedConnector(cluster: FixedCluster()))
        #expect(status == .usage)
        #expect(recording.text == errors)
    }

    @Test(arguments: [
        [], ["--help"], ["help"], ["peers", "--help"], ["help", "routes"], ["explain"], ["explain", "-h"],
    ])
    func `help goes to standard output and is a success`(words: [String]) async {
        let output = Recording()
        let errors = Recording()
        let console = Console(output: output, errors: errors, now: { present })
        let status = await KubectlBGP.run(words, on: console, clusters: FixedConnector(cluster: FixedCluster()))
        #expect(status == .success)
        #expect(output.text.contains("USAGE: kubectl bgp"))
        #expect(errors.text.isEmpty)
    }

    @Test(arguments: [
        (["peers", "--watch=true", "-o", "json"], ["peers", "--watch", "-o", "json"]),
        (["peers", "-w=false", "--no-headers=0"], ["peers"]),
        (["--insecure-skip-tls-verify=T"], ["--insecure-skip-tls-verify"]),
        (["--watch=maybe", "--context=true"], ["--watch=maybe", "--context=true"]),
        (["--", "--watch=true"], ["--", "--watch=true"]),
        (["explain", "svc/web", "-n", "shop"], ["explain", "svc", "web", "-n", "shop"]),
        (["explain", "svc", "shop/web"], ["explain", "svc", "shop/web"]),
        (["explain", "route", "192.0.2.0/24"], ["explain", "route", "192.0.2.0/24"]),
    ])
    func `flags without a value may be written with one`(words: [String], normalized: [String]) {
        #expect(ArgumentNormalizer.normalized(words) == normalized)
    }

    @Test(arguments: [
        ["-n", "shop", "peers", "-ojson", "--node", "n1,n2", "--node=n3"],
        ["peers", "--namespace=shop", "-o=json", "--node=n1, n2,", "--node", "n3"],
        ["peers", "-nshop", "--output", "json", "--node", "n1", "--node", "n2", "--node", "n3"],
    ])
    func `kubectl's ways of writing flags all mean the same, before the command too`(words: [String]) throws {
        let command = try #require(try KubectlBGP.parseAsRoot(words) as? PeersCommand)
        #expect(command.scope.namespace == "shop")
        #expect(command.output.output == .json)
        #expect(command.scope.nodes == ["n1", "n2", "n3"])
    }

    @Test func `every flag of a connection is read`() throws {
        let command = try #require(
            try KubectlBGP.parseAsRoot([
                "peers", "--kubeconfig=k", "--context=c", "--cluster=cl", "--user=u", "-s", "https://h:6443",
                "--token=t", "--as=a", "--as-group=g", "--as-group=h", "--certificate-authority=ca",
                "--client-certificate=cc", "--client-key=ck", "--insecure-skip-tls-verify", "--tls-server-name=n",
                "--request-timeout=5s",
            ]) as? PeersCommand
        )
        let options = command.connection
        #expect(
            [
                options.kubeconfig, options.context, options.cluster, options.user, options.server, options.token,
                options.impersonatedUser, options.certificateAuthority, options.clientCertificate, options.clientKey,
                options.tlsServerName, options.requestTimeout,
            ] == ["k", "c", "cl", "u", "https://h:6443", "t", "a", "ca", "cc", "ck", "n", "5s"]
        )
        #expect(options.impersonatedGroups == ["g", "h"])
        #expect(options.insecureSkipTLSVerify)
    }

    @Test(
        arguments: [
            ([], true, [:], .ansi), ([], false, [:], .monochrome), ([], true, ["NO_COLOR": "1"], .monochrome),
            ([], true, ["NO_COLOR": ""], .ansi), ([], true, ["TERM": "dumb"], .monochrome),
            (["--color=always"], false, ["NO_COLOR": "1"], .ansi), (["--color=never"], true, [:], .monochrome),
        ] as [([String], Bool, [String: String], Palette)]
    )
    func `colours follow the flag, the terminal and NO_COLOR`(
        words: [String],
        terminal: Bool,
        environment: [String: String],
        palette: Palette
    ) throws {
        let options = try OutputOptions.parse(words)
        #expect(options.tableStyle(terminal: terminal, environment: environment).palette == palette)
    }

    @Test func `a closed pipe ends the program silently`() async {
        let errors = Recording()
        let console = Console(output: ClosedPipe(), errors: errors, now: { present })
        for words in [["--help"], ["version"], ["peers", "-o", "json"]] {
            let status = await KubectlBGP.run(words, on: console, clusters: FixedConnector(cluster: FixedCluster()))
            #expect(status == .brokenPipe)
        }
        #expect(errors.text.isEmpty)
    }
}

struct VersionTests {
    @Test func `version names client and server`() async {
        #expect(
            await run("version")
                == Outcome(
                    status: .success,
                    output: "Client Version: v\(MartletVersion.current)\nServer Version: v1.34.1\n",
                    errors: ""
                )
        )
    }

    @Test func `the version alone is asked for as of the other programs`() async {
        #expect(
            await run("--version") == Outcome(status: .success, output: "\(MartletVersion.current)\n", errors: "")
        )
    }

    @Test func `a cluster out of reach leaves the client's version`() async {
        #expect(
            await run("version", "--context", "nowhere", "-o", "yaml")
                == Outcome(
                    status: .failure,
                    output: "apiVersion: martlet.dev/v2\nclientVersion: v\(MartletVersion.current)\nkind: Version\n",
                    errors: "error: context \"nowhere\" does not exist\n"
                )
        )
    }
}
