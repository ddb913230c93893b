package import ArgumentParser
import BGPResources
import BGPTypes
import KubeClient
import KubeJSON
import KubeModel
import PlainText
import Planning
import SpeakerAPI

/// `routes`: what the speakers have, what they announce and what they hear.
package struct RoutesCommand: RunnableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "routes",
        abstract: "Show routes, their attributes and the Service or node each comes from.",
        discussion: """
            available    what the node wants to announce
            advertised   what it has announced to each peer (the default)
            received     what its peers have announced to it

            Asks the speakers through the API server, which takes the rights of the Role bgp-routes-reader in their \
            namespace. Speakers that do not answer are named on standard error, the rest is printed, and the exit status \
            is 1. With -n only routes of that namespace's services are shown, with --service those of the services named.

              kubectl bgp routes
              kubectl bgp routes advertised 192.0.2.0/24 --peer tor-a
              kubectl bgp routes -n shop
              kubectl bgp routes --service shop/web
              kubectl bgp routes received --node node-1 --family ipv6
            """,
        aliases: ["route"]
    )

    @Argument(
        help: ArgumentHelp(
            "available, advertised or received; then a prefix, or an address that the routes are to cover.",
            valueName: "view-or-prefix"
        )
    )
    package var words: [String] = []

    @OptionGroup(title: "Selection") package var filter: PeerFilterOptions
    @OptionGroup(title: "Selection") package var services: ServiceFilterOptions
    @OptionGroup(title: "Selection") package var place: LocalOptions
    @OptionGroup(title: "Selection") package var nodeSelector: NodeSelectorOptions
    @OptionGroup(title: "Output") package var output: OutputOptions
    @OptionGroup(title: "Scope") package var scope: ScopeOptions
    @OptionGroup(title: "Connection") package var connection: ConnectionOptions

    package var format: OutputFormat { output.output }

    package init() {}

    package func validate() throws { try place.check(scope, selector: nodeSelector.selector) }

    package func run(on console: Console, clusters: any ClusterConnector) async throws -> ExitStatus {
        let question = try RouteQuestion(words)
        let (answers, wanted, absent) =
            try await place.local
            ? askLocally(question)
            : clusters.withCluster(connection) { try await ask(question, on: $0) }
        let routes = answers.documents.sorted { $0.key < $1.key }.flatMap { node, document in
            document.routes.sorted().map { NodeRoute(node: node, route: $0) }
        }
        let notKept = notKept(in: answers)
        let shown = routes.filter { isAskedFor($0.route, question) && wanted.include($0.route) }
        if shown.isEmpty, answers.silent.isEmpty, notKept.isEmpty { try absent.throwIfAllMissing(of: absent.count) }
        try print(shown, view: question.view, answers, notKept, on: console)
        let truncated = answers.documents.filter(\.value.truncated).keys.sorted()
        for node in truncated {
            console.warn("\(node) has more routes than it sent; --instance and --family narrow the question")
        }
        for (node, routes) in notKept {
            let counts = routes.map {
                "\($0.notKept) of \($0.received) \($0.family) routes of peer \($0.instance)/\($0.peer)"
            }
            let words = "\(node) only counts \(counts.asSentence(most: 4)), so they are not listed"
            console.warn(words.asMessage)
        }
        answers.report(on: console)
        absent.report(on: console)
        let isWhole = answers.silent.isEmpty && truncated.isEmpty && notKept.isEmpty
        return isWhole && absent.isEmpty ? .success : .failure
    }

    private typealias Found = (answers: SpeakerAnswers<NodeRoutes>, wanted: RouteSources, absent: MissingNames)

    private func ask(_ question: RouteQuestion, on cluster: Cluster) async throws -> Found {
        let wanted = try services.sources(scope, view: question.view, default: cluster.defaultNamespace)
        let nodes = try await NodeFilter(scope, selector: nodeSelector.selector, on: cluster)
        let configs = try await cluster.list(BGPNodeConfig.self)
        let inScope = configs.items.filter { nodes.includes($0.metadata.name) }
        let reports = inScope.flatMap(PeerReport.all)
        let known = Set(configs.items.map(\.metadata.name))
        let absentNodes = try await NodeFilter.absentees(scope, known: known, on: cluster)
        let absent = MissingNames(
            absentNodes + (reports.isEmpty ? [] : filter.absentees(among: reports))
                + (try await wanted.absentees(on: cluster))
        )
        if inScope.isEmpty { try absent.throwIfAllMissing(of: absent.count) }
        let speakers = try await Speakers(on: cluster, namespace: scope.speakerNamespace, nodes: nodes)
        let answers = await speakers.ask(
            "/v1/routes/\(question.view.rawValue)",
            query: filter.query,
            for: NodeRoutes.self,
            expecting: inScope.map(\.metadata.name)
        )
        return (answers, wanted, absent)
    }

    /// What the speaker of this node says itself.
    private func askLocally(_ question: RouteQuestion) async throws -> Found {
        let wanted = try services.sources(scope, view: question.view, default: "default")
        let document = try await LocalSpeaker(place).ask(
            "/v1/routes/\(question.view.rawValue)",
            query: filter.query,
            for: NodeRoutes.self
        )
        var answers = SpeakerAnswers<NodeRoutes>()
        answers.documents[document.node] = document
        return (answers, wanted, MissingNames([]))
    }

    /// What the speakers only count of the routes that are asked for, by node.
    private func notKept(in answers: SpeakerAnswers<NodeRoutes>) -> [(node: String, routes: [NotKeptRoutes])] {
        answers.documents.sorted { $0.key < $1.key }.compactMap { node, document in
            let routes = (document.notKept ?? []).filter {
                filter.includes(instance: $0.instance)
                    && filter.includes(peer: $0.peer, address: $0.peerAddress?.description)
                    && filter.includes(family: $0.family)
            }
            return routes.isEmpty ? nil : (node, routes)
        }
    }

    private func isAskedFor(_ route: RouteDocument, _ question: RouteQuestion) -> Bool {
        question.includes(route.prefix)
            && filter.includes(instance: route.instance)
            && filter.includes(peer: route.peer ?? "", address: route.peerAddress?.description)
            && filter.includes(family: route.family)
    }

    private func print(
        _ routes: [NodeRoute],
        view: NodeRoutes.View,
        _ answers: SpeakerAnswers<NodeRoutes>,
        _ notKept: [(node: String, routes: [NotKeptRoutes])],
        on console: Console
    ) throws {
        switch output.output {
        case .json, .yaml:
            var members: [String: JSONValue] = ["view": .string(view.rawValue), "unanswered": answers.unanswered]
            let counted = try notKept.flatMap { node, routes in
                try routes.map { routes in
                    var document = try JSON.tree(routes).object ?? [:]
                    document["node"] = .string(node)
                    return JSONValue.object(document)
                }
            }
            if !counted.isEmpty { members["notKept"] = .array(counted) }
            let document = JSONValue.list("RouteList", items: try routes.map { try $0.document() }, and: members)
            try console.write(document, as: output.output)
        case .name:
            for route in routes { try console.output.write("\(route.node)/\(route.route.prefix)".onOneLine + "\n") }
        case .table, .wide, .github:
            guard !routes.isEmpty else {
                let isNobodyThere = answers.documents.isEmpty && !answers.silent.isEmpty
                console.note(isNobodyThere ? "No speaker answered" : "No resources found")
                return
            }
            let now = console.now()
            let table = Table(columns: RouteListing.columns, rows: routes.map { RouteListing.row(of: $0, now: now) })
            try console.output.write(table.text(output.tableStyle(on: console)))
        }
    }
}
