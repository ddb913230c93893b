import FoundationEssentials
import KubeClient
import KubeJSON
import KubeModel

/// The speaker of the node on which the program runs, asked over its Unix socket.
struct LocalSpeaker {
    private let socket: String

    init(_ options: LocalOptions) {
        socket = options.socket
    }

    /// Asks for a document; throws `CommandFailure`.
    func ask<Document: SpeakerDocument>(
        _ path: String,
        query: [KubeRequest.Field] = [],
        for type: Document.Type
    ) async throws -> Document {
        let client = KubeClient(transport: LocalTransport(socket: socket))
        var request = KubeRequest(.get, path, query: query)
        request.longestAnswer = 96 << 20
        do {
            return try JSON.decode(Document.self, from: try await client.send(request).body)
        } catch let error as DecodingError {
            throw CommandFailure.error("the speaker of this node answers in another version: \(error.words)")
        } catch let error as KubeError where error.code == .unreachable {
            throw CommandFailure.error(
                "the speaker of this node cannot be asked: \(error.message)",
                hint: "Run it as the speaker's user, in its container; --socket names another place of its socket."
            )
        }
    }
}
