package import ArgumentParser
import Inspection
import KubeJSON
package import KubeModel

/// `lint`: what is wrong with manifests, without a cluster.
package struct LintCommand: RunnableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "lint",
        abstract: "Check manifests and say what is wrong with them, by file and line.",
        discussion: """
            The diagnostics of "kubectl bgp plan" alone; needs no cluster.

            Exit status: 0 nothing to say but information, 3 warnings, 1 errors.

              kubectl bgp lint -f manifests/
              kustomize build | kubectl bgp lint -f - -o github
            """
    )

    @OptionGroup(title: "Manifests") package var plan: PlanOptions

    @OptionGroup(title: "Output") package var output: OutputOptions

    package var format: OutputFormat { output.output }

    package init() {}

    package func run(on console: Console, clusters: any ClusterConnector) async throws -> ExitStatus {
        let input = try ManifestInput(paths: plan.files)
        let given = GivenKinds([input])
        let world = given.world(of: input)
        let result = Inspection.plan(world, settings: plan.settings(), now: console.now())
        let found = (input.diagnostics + given.told(input.located(result.diagnostics), of: world)).arranged
        switch output.output {
        case .json, .yaml:
            let items = try found.map { try JSON.tree($0) }
            try console.write(.list("DiagnosticList", items: items), as: output.output)
        case .github:
            try console.output.write(found.map { $0.annotation + "\n" }.joined())
        case .table, .wide, .name:
            let style = output.tableStyle(on: console)
            try console.output.write(found.map { $0.line(style.palette) + "\n" }.joined())
        }
        if found.contains(where: { $0.severity == .error }) { return .failure }
        return found.contains { $0.severity == .warning } ? .findings : .success
    }
}

extension Diagnostic {
    /// The finding as a workflow command of GitHub Actions, which shows it beside the line.
    package var annotation: String {
        let command =
            switch severity {
            case .error: "error"
            case .warning: "warning"
            case .info: "notice"
            }
        var properties: [String] = []
        if let file { properties.append("file=\(file.escaped(",:"))") }
        if let line { properties.append("line=\(line)") }
        if let column { properties.append("col=\(column)") }
        properties.append("title=\(reason.rawValue.escaped(",:"))")
        let text = [object?.description ?? "", field?.description ?? "", message].filter { !$0.isEmpty }
        return "::\(command) \(properties.joined(separator: ","))::\(text.joined(separator: ": ").escaped(""))"
    }
}

extension String {
    /// With percent, line breaks and the given characters written as percent and two digits.
    fileprivate func escaped(_ more: String) -> String {
        reduce(into: "") { text, character in
            switch character {
            case "%": text += "%25"
            case "\r": text += "%0D"
            case "\n", "\r\n": text += "%0A"
            case "," where more.contains(","): text += "%2C"
            case ":" where more.contains(":"): text += "%3A"
            default: text.append(character)
            }
        }
    }
}
