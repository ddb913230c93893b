package import ArgumentParser
import BGPResources
import KubeClient
import KubeModel
import PlainText

/// `pools`: how full the address pools are, and what keeps some from handing out addresses.
package struct PoolsCommand: RunnableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "pools",
        abstract: "Show the address pools of LoadBalancer services: used, free and conflicting.",
        discussion: """
            Reads the status of LoadBalancerIPPool objects. A conflict names the range and whose it is also; the pool \
            hands out nothing until one of the two is changed.

              kubectl bgp pools
              kubectl bgp pools owners 192.0.2.10
            """,
        subcommands: [PoolsOwnersCommand.self],
        aliases: ["pool"]
    )

    @OptionGroup(title: "Output") package var output: OutputOptions
    @OptionGroup(title: "Scope") package var scope: ScopeOptions
    @OptionGroup(title: "Connection") package var connection: ConnectionOptions

    package var format: OutputFormat { output.output }

    package init() {}

    package func run(on console: Console, clusters: any ClusterConnector) async throws -> ExitStatus {
        let list = try await clusters.withCluster(connection) { try await $0.list(LoadBalancerIPPool.self) }
        list.report(on: console)
        let pools = list.items.sorted { $0.metadata.name < $1.metadata.name }
        switch output.output {
        case .json, .yaml:
            let items = try pools.map { try $0.manifest() }
            try console.write(.list("LoadBalancerIPPoolList", items: items), as: output.output)
        case .name:
            for pool in pools {
                try console.output.write("loadbalancerippool/\(pool.metadata.name)".onOneLine + "\n")
            }
        case .table, .wide, .github:
            if pools.isEmpty { console.note("No resources found") }
            let table = Table(columns: PoolTable.columns, rows: pools.flatMap(PoolTable.rows))
            if !pools.isEmpty { try console.output.write(table.text(output.tableStyle(on: console))) }
        }
        return list.diagnostics.isEmpty ? .success : .failure
    }
}
