import BGPEngine
import KubeJSON
import KubeModel
import LogKeys
import Logging
import PlainText
import Planning

extension Logger {
    /// Writes what a person should know of the node.
    func log(_ report: NodeReport) {
        let (level, message, fields) = report.words
        log(level: level, message, metadata: fields)
    }
}

extension NodeReport {
    fileprivate var words: (Logger.Level, Logger.Message, LogFields) {
        switch self {
        case .noSuchNode(let problem):
            (
                .error, "nothing is announced",
                [.reason: "\(ReasonCode.noSuchNode)", .reasonMessage: "\(problem.asMessage)"]
            )
        case .nodeIsThere: (.notice, "the Node is there now", [:])
        case .notSelected(let problem):
            (
                .warning, "nothing is announced",
                [.reason: "\(ReasonCode.notSelected)", .reasonMessage: "\(problem.asMessage)"]
            )
        case .invalidDrainAnnotation(let fault):
            (
                .warning, "an annotation for draining cannot be read",
                [.reasonMessage: "\(fault.description.asMessage)"]
            )
        case .draining(let isForced): (.notice, "draining", [.drainForced: "\(isForced)"])
        case .operatorDiffers(let problem):
            (.warning, "operator and speaker do not go together", [.reasonMessage: "\(problem)"])
        case .operatorAgrees: (.notice, "operator and speaker go together again", [:])
        case .staysDown(let name, let reason):
            (
                .warning, "stays down",
                [
                    .bgpName: "\(name.asMessage)", .reason: "\(reason.code)", .reasonMessage: "\(reason.message)",
                    .reasonFix: "\(reason.fix ?? "")",
                ]
            )
        case .ignoresSetting(let name, let fault):
            (
                .warning, "a setting is not used as it is written",
                [.bgpName: "\(name.asMessage)", .reasonMessage: "\(fault.description.asMessage)"]
            )
        case .limitReached(let peers):
            (
                .warning, "announceLimit holds routes back",
                [
                    .reason: "\(ReasonCode.announceLimitReached)",
                    .peers: "\(peers.map(\.description).asSentence(most: 5))",
                ]
            )
        case .boundReached(let excesses):
            (
                .warning, "a tenant brings more routes than a peer is told",
                [.reasonMessage: "\(excesses.map(\.message).asFindings())"]
            )
        case .addressesWithheld(let reasons):
            (
                .warning, "addresses of Services are announced by no node",
                [.reasonMessage: "\(reasons.map(\.message).asFindings())"]
            )
        case .unannounced(let causes):
            (
                .info, "selected and not announced by this node",
                [.reasonMessage: "\(causes.map(\.description).asFindings(most: 8).asMessage)"]
            )
        case .podNetworksMissing(let findings):
            (.warning, "a pod network is not announced", [.reasonMessage: "\(findings.asFindings().asMessage)"])
        case .podNetworksKnown: (.info, "every pod network that is to be announced is known", [:])
        case .flapping(let prefixes):
            (
                .warning,
                "prefixes come and go; they are withdrawn at once and announced again after a growing pause",
                [.prefixes: "\(prefixes)"]
            )
        case .savedStateTaken(let missing, let routes):
            (
                .warning, "the API server does not answer; announcing the last good state",
                [.savedStateMissing: "\(missing.joined(separator: ", "))", .savedStateRoutes: "\(routes)"]
            )
        case .dataPathReady(let who):
            (.info, "the data path is ready", [.datapathProgram: "\(who.asMessage)"])
        case .dataPathUnknown:
            (
                .warning,
                "nothing on the node answers for the data path; service routes are announced without asking",
                [.datapathPrograms: "\(DatapathProgram.known.map { "\($0.name) (\($0.port))" }.asSentence())"]
            )
        case .dataPathAwaited(let problem):
            (
                .info, "service routes wait for the data path",
                [.reason: "\(ReasonCode.dataPathNotReady)", .reasonSeen: "\(problem)"]
            )
        case .dataPathOverdue(let problem):
            (
                .warning, "no service route is announced: the data path is not ready",
                [.reason: "\(ReasonCode.dataPathNotReady)", .reasonSeen: "\(problem)"]
            )
        }
    }
}
