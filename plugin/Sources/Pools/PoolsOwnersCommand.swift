package import ArgumentParser
import BGPResources
import BGPTypes
import KubeClient
import KubeModel
import PlainText
import Planning

/// `pools owners`: which services have an address, and which pool it is of.
package struct PoolsOwnersCommand: RunnableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "owners",
        abstract: "Show which services have an address, and which pool it belongs to.",
        discussion: """
            Exit status 3 says that no service has it.

              kubectl bgp pools owners 192.0.2.10
            """
    )

    @Argument(help: ArgumentHelp("The address.", valueName: "address"))
    package var address: String

    @OptionGroup(title: "Output") package var output: OutputOptions
    @OptionGroup(title: "Scope") package var scope: ScopeOptions
    @OptionGroup(title: "Connection") package var connection: ConnectionOptions

    package var format: OutputFormat { output.output }

    package init() {}

    package func run(on console: Console, clusters: any ClusterConnector) async throws -> ExitStatus {
        guard let address = IPAddress(address) else {
            throw CommandFailure.usage("'\(self.address)' is no IPv4 or IPv6 address")
        }
        let (owners, isWhole) = try await clusters.withCluster(connection) { cluster in
            let pools = try await cluster.list(LoadBalancerIPPool.self)
            let services = try await cluster.list(Service.self)
            pools.report(on: console)
            services.report(on: console)
            let owners = AddressOwners(of: address, pools: pools.items, services: services.items)
            return (owners, pools.diagnostics.isEmpty && services.diagnostics.isEmpty)
        }
        try print(owners, on: console)
        if !isWhole { return .failure }
        return owners.services.isEmpty ? .findings : .success
    }

    private func print(_ owners: AddressOwners, on console: Console) throws {
        switch output.output {
        case .json, .yaml: try console.write(owners.document, as: output.output)
        case .name:
            for service in owners.services {
                try console.output.write("service/\(service.metadata.name)".onOneLine + "\n")
            }
        case .table, .wide, .github:
            if owners.services.isEmpty { console.note(owners.absence) }
            guard !owners.services.isEmpty else { return }
            try console.output.write(owners.table.text(output.tableStyle(on: console)))
        }
    }
}
