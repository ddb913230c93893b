package import ArgumentParser
import BGPResources
import Inspection
import KubeJSON
import KubeModel
import KubeYAML
import PlainText
import Planning

/// `plan`: what operator and speakers would do with manifests, and what would change.
package struct PlanCommand: RunnableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Show what manifests lead to, and what changes when they are applied.",
        discussion: """
            Reads any mix of Martlet's resources and Node, Namespace, Service, EndpointSlice, Secret, \
            CiliumNode and Calico's BlockAffinity manifests, \
            and decides as operator and speakers do. Needs no cluster, except with --against live.

            --against PATH compares with other manifests: -f is the whole new state, PATH the whole old one. \
            --against live compares with the cluster: -f is laid over what is there, as kubectl apply does. With --delete \
            the objects of -f are taken away from what is there, as kubectl delete does.

            Without a Node among the manifests sessions are told for each peer, whatever nodes have it. What was found \
            before in objects that the change leaves as they are is not told again.

            Exit status: 0 nothing changes (or nothing to compare with), 3 something changes, 1 a manifest or object \
            could not be read.

              kubectl bgp plan -f manifests/
              kubectl bgp plan -f manifests/ --against live
              kubectl bgp plan -f new/ --against old/ -o json
              kubectl bgp plan -f new/ --against old/ -o github
              kubectl bgp plan --delete -f pool.yaml --against live
            """
    )

    @OptionGroup(title: "Manifests") package var plan: PlanOptions

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("What to compare with: live, or files and directories.", valueName: "live|path")
    )
    package var against: [String] = []

    @Flag(help: "Plan the deletion of the objects in -f from what --against names.")
    package var delete = false

    @OptionGroup(title: "Output") package var output: OutputOptions
    @OptionGroup(title: "Connection") package var connection: ConnectionOptions

    package var format: OutputFormat { output.output }

    package init() {}

    package func validate() throws {
        if delete, against.isEmpty {
            throw ValidationError("--delete needs --against: what the objects are deleted from, such as live")
        }
    }

    package func run(on console: Console, clusters: any ClusterConnector) async throws -> ExitStatus {
        // Compared with other manifests, nothing takes all of them away, which is seen.
        let input = try ManifestInput(paths: plan.files, mayHoldNothing: !against.isEmpty && against != ["live"])
        var previous: ManifestInput?
        var result: Plan
        var given: GivenKinds?
        if against == ["live"] {
            var warnings: [String] = []
            let live = try await clusters.withCluster(connection) { cluster in
                var found: [String] = []
                let world = try await PlanWorld(
                    of: cluster,
                    speakerNamespace: plan.speakerNamespace,
                    warnings: &found
                )
                return (world: world, warnings: found)
            }
            warnings += live.warnings
            for warning in warnings { console.warn(warning) }
            result = Inspection.plan(
                delete ? live.world.without(input.world) : live.world.overlaid(with: input.world),
                against: live.world,
                settings: plan.settings(noted: live.world.nodeConfigs.lazy.compactMap(\.operatorNote).first?.classes),
                now: console.now()
            )
        } else {
            previous = against.isEmpty ? nil : try ManifestInput(paths: against, mayBeEmpty: true)
            let kinds = GivenKinds([input, previous].compactMap(\.self))
            let present = previous.map(kinds.world)
            result = Inspection.plan(
                delete ? present?.without(input.world) ?? input.world : kinds.world(of: input),
                against: present,
                settings: plan.settings(),
                now: console.now()
            )
            given = kinds
        }
        var located = input.located(result.diagnostics)
        if let previous { located = previous.located(located) }
        if let given { located = given.told(located, of: input.world) }
        result.diagnostics = (input.diagnostics + located).arranged
        try print(result, isComparison: !against.isEmpty, on: console)
        for diagnostic in previous?.diagnostics ?? [] { console.warn(diagnostic.description) }
        if input.isIncomplete || previous?.isIncomplete ?? false { return .failure }
        if result.diagnostics.contains(where: { $0.reason == .invalidSpec }) { return .failure }
        return !against.isEmpty && result.hasChanges ? .findings : .success
    }

    private func print(_ plan: Plan, isComparison: Bool, on console: Console) throws {
        switch output.output {
        case .json, .yaml: try console.write(try JSON.tree(plan), as: output.output)
        case .name:
            for node in plan.nodes { try console.output.write("node/\(node.name)".onOneLine + "\n") }
        case .github:
            try console.output.write(plan.diagnostics.map { $0.annotation + "\n" }.joined())
        case .table, .wide:
            let text = PlanText(plan, isComparison: isComparison, style: output.tableStyle(on: console)).text
            if isComparison, !plan.hasChanges {
                console.note("No changes")
            } else if text.isEmpty {
                console.note("No resources found")
            }
            try console.output.write(text)
        }
    }
}
