import KubeModel

/// What the server answered to this process' writes, until the watch brings something newer.
///
/// Without it the next decision would be taken on what the object was before the write, and write again with another
/// time in it.
struct PendingWrites<Object: KubeObject> {
    private var answers: [ObjectKey: (basis: String?, object: Object)] = [:]

    /// Notes the answer to a write that was decided on `object`.
    mutating func note(_ answer: Object, to object: Object) {
        // Several writes may pass before the watch brings the first of them.
        let basis = answers[object.key].map(\.basis) ?? object.metadata.resourceVersion
        answers[object.key] = (basis, answer)
    }

    /// The newest known version of an object from a store.
    func newest(_ object: Object) -> Object {
        guard let answer = answers[object.key], answer.basis == object.metadata.resourceVersion else { return object }
        return answer.object
    }

    /// Whether a version from a store is the answer itself, so that nothing follows from it that did not from the answer.
    func isAnswer(_ key: ObjectKey, at version: String?) -> Bool {
        version != nil && answers[key]?.object.metadata.resourceVersion == version
    }

    /// Forgets the answer about an object that the store has overtaken, or lost.
    mutating func forget(_ key: ObjectKey, unlessAt version: String?) {
        if let answer = answers[key], answer.basis != version { answers[key] = nil }
    }

    /// The newest known versions of objects from a store; answers that the store has overtaken are forgotten.
    mutating func newest(_ objects: [Object]) -> [Object] {
        guard !answers.isEmpty else { return objects }
        var kept: [ObjectKey: (basis: String?, object: Object)] = [:]
        let newest = objects.map { object -> Object in
            guard let answer = answers[object.key], answer.basis == object.metadata.resourceVersion else {
                return object
            }
            kept[object.key] = answer
            return answer.object
        }
        answers = kept
        return newest
    }
}
