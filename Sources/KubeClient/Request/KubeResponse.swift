package import FoundationEssentials

/// An answer with its whole body.
package struct KubeResponse: Hashable, Sendable {
    /// The HTTP status.
    package var status: Int
    /// The header fields.
    package var headers: [KubeRequest.Field]
    package var body: Data

    /// Makes an answer.
    package init(status: Int, headers: [KubeRequest.Field] = [], body: Data = Data()) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The first header field of a name, whatever its case.
    package func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

/// An answer whose body arrives piece by piece.
package struct KubeStream: Sendable {
    /// The HTTP status.
    package var status: Int
    /// The header fields.
    package var headers: [KubeRequest.Field]
    /// The body.
    package var pieces: any AsyncSequence<[UInt8], any Error> & Sendable

    /// Makes an answer.
    package init(
        status: Int,
        headers: [KubeRequest.Field] = [],
        pieces: any AsyncSequence<[UInt8], any Error> & Sendable
    ) {
        self.status = status
        self.headers = headers
        self.pieces = pieces
    }
}
