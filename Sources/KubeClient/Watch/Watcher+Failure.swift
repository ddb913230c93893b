import KubeModel
import LogKeys
import Logging
import PlainText

extension Watcher {
    /// What a request that failed means to the machine; whoever reads the store learns why, and so does the log.
    func failure(
        _ error: any Error,
        of request: WatchMetrics.Request,
        isFault: Bool = true
    ) throws -> WatchStateMachine.Event {
        if error is CancellationError || Task.isCancelled { throw CancellationError() }
        let known = error as? KubeError
        if isFault { metrics.failed(request, known?.code) }
        let fix = isFault ? known.flatMap(Self.fix) : nil
        if isFault {
            let why = known?.message ?? "\(error)"
            writer.failed(fix.map { "\(why); \($0)" } ?? why, isLasting: known?.isLasting ?? true)
        }
        // What counts as an empty list is told by whoever counts it so, or is no news.
        let isQuiet = known?.recovery == .relist || !isFault && (known?.code == .notFound || presence != nil)
        var fields: LogFields = [
            .kind: "\(Object.type.kind)", .error: "\((known.map { "\($0)" } ?? "\(error)").asMessage)",
        ]
        if let fix { fields[.reasonFix] = "\(fix)" }
        options.logger.log(level: isQuiet ? .debug : .warning, "following failed", metadata: fields)
        return .failed(known?.recovery ?? .retry, retryAfter: known?.retryAfter)
    }

    /// What helps where the server does not know the kind; Kubernetes' own come with the server.
    private static func fix(_ error: KubeError) -> String? {
        let group = Object.type.group
        guard error.code == .notFound, !group.isEmpty, !group.hasSuffix(".k8s.io") else { return nil }
        return "apply the CustomResourceDefinition \(Object.type.definitionName)"
    }
}
