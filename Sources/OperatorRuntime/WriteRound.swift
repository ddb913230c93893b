import KubeClient
import KubeModel
import LogKeys
import Logging

/// One round of writes, in which a refusal of one object does not keep the others from being written.
struct WriteRound {
    let logger: Logger
    private var refusal: KubeError?

    init(logger: Logger) {
        self.logger = logger
    }

    /// Makes one write; throws what concerns all of them, such as a server that does not answer.
    mutating func attempt(_ object: ObjectReference, _ write: () async throws -> Void) async throws {
        do {
            try await write()
        } catch let error as KubeError where error.code == .notFound {
            // Deleted meanwhile: the watch will say so.
            return
        } catch let error as KubeError where error.recovery == .terminal {
            logger.warning("the API server refused a write", metadata: [.object: "\(object)", .error: "\(error)"])
            refusal = refusal ?? error
        }
    }

    /// Ends the round; throws the first refusal, so that it is tried again after a pause.
    func end() throws {
        if let refusal { throw refusal }
    }
}
