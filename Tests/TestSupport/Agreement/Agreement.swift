package import KubeJSON
import KubeModel

/// What is announced, four times over: the router's table, the speakers' `advertised`, a plan from the same objects, and
/// what `explain` says of every Service and every prefix.
///
/// All four are read from what people are shown: the router's own table and the JSON documents of `kubectl bgp`.
package struct Agreement: Sendable {
    private let router: Set<ToldRoute>
    private let advertised: Set<ToldRoute>
    private let planned: Set<ToldRoute>
    private let advertisedSources: Set<String>
    private let plannedSources: Set<String>
    private let plannedForServices: Set<String>
    private let explained: Set<String>
    private let explainedRoutes: Set<String>
    private let explainedSources: Set<String>
    private let contradictions: [String]
    /// What only a node knows and no plan has: the addresses of its devices.
    private let devices: AdvertisedView.Devices

    /// Asks for what is missing.
    ///
    /// - Parameters:
    ///   - objects: All objects of the cluster that a plan reads, as a List.
    ///   - plan: The document of `kubectl bgp plan -f … -o json` from these objects.
    ///   - tables: The routers' tables by the address that nodes know a router by, and its AS.
    ///   - ask: Runs `kubectl bgp` with these words and `-o json`, and reads the document that it prints.
    /// - Throws: What `ask` throws.
    package init(
        _ objects: JSONValue,
        plan: JSONValue,
        tables: [KnownRouter],
        asking ask: ([String]) async throws -> JSONValue
    ) async throws {
        let services = (objects["items"]?.array ?? []).filter { $0["kind"] == "Service" }.map { service in
            "\(service["metadata"]?["namespace"]?.string ?? "")/\(service["metadata"]?["name"]?.string ?? "")"
        }
        let prefixes = Self.prefixes(plan: plan, tables: tables)
        self.init(
            tables: tables,
            advertised: try await ask(["routes", "advertised"]),
            plan: plan,
            services: services.isEmpty ? [] : [try await ask(["explain", "service"] + services)],
            routes: prefixes.isEmpty ? [] : [try await ask(["explain", "route"] + prefixes)]
        )
    }

    private init(
        tables: [KnownRouter],
        advertised: JSONValue,
        plan: JSONValue,
        services: [JSONValue],
        routes: [JSONValue]
    ) {
        let asNumbers = Dictionary(tables.map { ($0.address, $0.asNumber) }, uniquingKeysWith: { first, _ in first })
        let told = AdvertisedView(advertised)
        let planned = PlannedView(plan, asNumbers: asNumbers)
        self.advertised = Set(told.routes.map { $0.told(isInternal: planned.isInternal($0.session)) })
        self.planned = planned.routes
        router = Set(tables.flatMap { $0.told(heardAs: told, planned) })
        advertisedSources = told.sources
        plannedSources = planned.sources
        plannedForServices = planned.services
        let explained = ExplainedServicesView(services)
        self.explained = explained.announced
        let explainedRoutes = ExplainedRoutesView(routes)
        self.explainedRoutes = explainedRoutes.announced
        explainedSources = explainedRoutes.sources
        contradictions = explained.contradictions + explainedRoutes.contradictions
        devices = told.devices
    }

    /// Every prefix that is planned or that a router has.
    private static func prefixes(plan: JSONValue, tables: [KnownRouter]) -> [String] {
        Set(PlannedView(plan, asNumbers: [:]).routes.map(\.prefix)).union(tables.flatMap(\.prefixes)).sorted()
    }

    /// Every way in which the four differ, one line each, sorted; empty when they agree.
    package var disagreements: [String] {
        var lines: [String] = contradictions
        func compare<Fact: Hashable & CustomStringConvertible>(
            _ left: Set<Fact>,
            _ leftName: String,
            _ right: Set<Fact>,
            _ rightName: String
        ) {
            lines += left.subtracting(right).map { "in \(leftName), not in \(rightName): \($0)" }
            lines += right.subtracting(left).map { "in \(rightName), not in \(leftName): \($0)" }
        }
        compare(router, "the router", advertised, "advertised")
        let fromObjects = advertised.filter { !devices.routes.contains("\($0.session) \($0.prefix)") }
        compare(planned, "the plan", fromObjects, "advertised")
        let sources = advertisedSources.subtracting(devices.sources)
        compare(plannedSources, "the plan's sources", sources, "advertised's sources")
        compare(plannedForServices, "the plan for Services", explained, "explain service")
        let routes = Set(planned.map { "\($0.session) \($0.prefix)" }).union(devices.routes)
        compare(routes, "the plan and the devices", explainedRoutes, "explain route")
        let allSources = plannedSources.union(devices.sources)
        compare(allSources, "the plan's sources and the devices'", explainedSources, "explain route's sources")
        return lines.sorted()
    }

    /// How many routes routers have, so that a test can say that it compared something.
    package var count: Int { router.count }
}

/// A router of the test and what it has.
package struct KnownRouter: Sendable {
    /// Its address, as the nodes' peers are configured.
    package var address: String
    package var asNumber: UInt32
    /// Its routes of all families.
    package var routes: Routes

    /// How a router tells from whom it has a route.
    package enum Routes: Sendable {
        /// By next hop alone, as routers print their tables; the nodes' next hops must differ.
        case byNextHop([RouterTable])
        case bySession([SessionName: RouterTable])
    }

    /// Joins the three.
    package init(address: String, asNumber: UInt32, routes: Routes) {
        self.address = address
        self.asNumber = asNumber
        self.routes = routes
    }

    fileprivate var prefixes: [String] {
        switch routes {
        case .byNextHop(let tables): tables.flatMap(\.routes.keys)
        case .bySession(let tables): tables.values.flatMap(\.routes.keys)
        }
    }

    fileprivate func told(heardAs advertised: AdvertisedView, _ planned: PlannedView) -> [ToldRoute] {
        func routes(_ table: RouterTable, _ name: (RouterPath) -> SessionName) -> [ToldRoute] {
            table.routes.flatMap { prefix, paths in
                paths.map { path in
                    let session = name(path)
                    return ToldRoute(
                        session,
                        prefix: prefix,
                        path: path,
                        isInternal: planned.isInternal(session)
                    )
                }
            }
        }
        switch self.routes {
        case .byNextHop(let tables):
            return tables.flatMap { table in
                routes(table) { path in
                    advertised.session(to: address, nextHop: path.nextHop)
                        ?? SessionName(node: "next hop \(path.nextHop)", instance: "?", peer: "?")
                }
            }
        case .bySession(let tables):
            return tables.flatMap { session, table in routes(table) { _ in session } }
        }
    }
}
