package import KubeClient
package import KubeModel
import LogKeys
package import Logging

/// One round of writes, many at a time, in which a refusal of one object does not keep the others from being written.
package struct WriteRound {
    private let client: KubeClient
    private let logger: Logger
    private var refusal: KubeError?

    package init(_ client: KubeClient, logger: Logger) {
        self.client = client
        self.logger = logger
    }

    /// A request and the object that it writes.
    package struct Write: Sendable {
        package let object: ObjectReference
        package let request: KubeRequest

        package init(_ object: ObjectReference, _ request: KubeRequest) {
            self.object = object
            self.request = request
        }
    }

    /// Makes one write; throws what concerns all of them, such as a server that does not answer.
    package mutating func attempt(_ object: ObjectReference, _ write: () async throws -> Void) async throws {
        do {
            try await write()
        } catch let error as KubeError {
            try note(error, about: object)
        }
    }

    /// Does work about objects that takes more than one write each, some at a time.
    ///
    /// Returns what came of those that were not refused, in no order; throws what concerns all of them, after what is under way.
    package mutating func attempt<Element: Sendable, Value: Sendable>(
        each elements: [Element],
        named name: (Element) -> ObjectReference,
        _ work: @escaping @Sendable (Element) async throws -> Value
    ) async throws -> [Value] {
        var values: [Value] = []
        var failure: (any Error)?
        await withTaskGroup(of: (Int, Result<Value, any Error>).self) { group in
            var next = 0
            func start(_ group: inout TaskGroup<(Int, Result<Value, any Error>)>) {
                guard failure == nil, next < elements.count else { return }
                let (place, element) = (next, elements[next])
                next += 1
                group.addTask {
                    do { return (place, .success(try await work(element))) } catch { return (place, .failure(error)) }
                }
            }
            for _ in 0..<Self.breadth { start(&group) }
            while let (place, result) = await group.next() {
                do {
                    values.append(try result.get())
                } catch let error as KubeError {
                    do { try note(error, about: name(elements[place])) } catch { failure = failure ?? error }
                } catch {
                    failure = failure ?? error
                }
                start(&group)
            }
        }
        if let failure { throw failure }
        return values
    }

    /// How many objects are worked on at a time: as many as an API server takes from one client without a thought.
    private static let breadth = 16

    /// Makes writes of which none depends on another; throws what concerns all of them, after those that are under way.
    ///
    /// `take` gets the place of each write and the metadata that its object has then, or why it was not written; what it throws
    /// is a failure of the write.
    package mutating func send(
        _ writes: [Write],
        take: (_ place: Int, _ answer: Result<ObjectMeta, KubeError>) throws -> Void
    ) async throws {
        var failure: (any Error)?
        let requests = writes.map(\.request.answeredWithMetadata)
        await client.send(requests) { place, answer in
            do {
                try take(place, try Self.metadata(answer))
            } catch let error as KubeError {
                do { try note(error, about: writes[place].object) } catch { failure = failure ?? error }
            } catch {
                failure = failure ?? error
            }
            return failure == nil
        }
        try Task.checkCancellation()
        if let failure { throw failure }
    }

    /// Ends the round; throws the first refusal, so that it is tried again after a pause.
    package func end() throws {
        if let refusal { throw refusal }
    }

    private static func metadata(_ answer: Result<KubeResponse, any Error>) throws -> Result<ObjectMeta, KubeError> {
        do {
            return .success(try ObjectMeta(answer: try answer.get()))
        } catch let error as KubeError {
            return .failure(error)
        }
    }

    private mutating func note(_ error: KubeError, about object: ObjectReference) throws {
        // Deleted meanwhile: the watch will say so.
        guard error.code != .notFound else { return }
        guard error.recovery == .terminal else { throw error }
        logger.warning("the API server refused a write", metadata: [.object: "\(object)", .error: "\(error)"])
        refusal = refusal ?? error
    }
}
