import KubeModel
import Testing

struct PendingWritesTests {
    private let key = ObjectKey(name: "page")

    private func object(_ version: String, _ data: String, uid: String = "u") -> ConfigMap {
        ConfigMap(metadata: ObjectMeta(name: "page", uid: uid, resourceVersion: version), data: ["k": data])
    }

    /// Written on version 4, answered with `version`.
    private func pending(answeredAt version: String = "8") -> PendingWrites<ConfigMap> {
        var pending = PendingWrites<ConfigMap>()
        pending.start(object("4", "new"), over: object("4", "old"))
        pending.answer(ObjectMeta(name: "page", resourceVersion: version), at: key)
        return pending
    }

    @Test func `what was written counts until the watch has brought it or something newer`() {
        let pending = pending()
        #expect(pending.newest(object("4", "old")) == object("8", "new"), "nothing has come yet")
        #expect(pending.newest(object("6", "between")) == object("8", "new"), "what has come is older")
        #expect(pending.newest(object("8", "new")) == object("8", "new"))
        #expect(pending.newest(object("9", "other")) == object("9", "other"))
    }

    @Test func `what the watch brings is news unless it is what was written, or older`() {
        let all: [(object: ConfigMap?, isNews: Bool)] = [
            (object("4", "old"), false), (object("6", "between"), false), (object("8", "new"), false),
            (object("8", "not as written"), true), (object("10", "new"), true), (nil, true),
        ]
        for (object, isNews) in all {
            var pending = pending()
            #expect(pending.take(object, at: key) == isNews, "\(String(describing: object))")
        }
    }

    @Test func `where versions are not numbers, any but the one written on counts as newer`() {
        let pending = pending(answeredAt: "b")
        #expect(pending.newest(object("4", "old")) == object("b", "new"))
        #expect(pending.newest(object("a", "other")) == object("a", "other"))
    }

    @Test func `another object of the name, and a server that was restored, know nothing of a write`() {
        var pending = pending()
        #expect(pending.newest(object("4", "old", uid: "another")) == object("4", "old", uid: "another"))
        pending.enter(epoch: 1)
        #expect(pending.newest(object("4", "old")) == object("4", "old"))
    }

    @Test func `a second write on the answer to the first counts from the version of the first on`() {
        var pending = pending()
        pending.start(object("8", "newer"), over: object("8", "new"))
        pending.answer(ObjectMeta(name: "page", resourceVersion: "12"), at: key)
        #expect(pending.newest(object("4", "old")) == object("12", "newer"))
        #expect(pending.newest(object("8", "new")) == object("12", "newer"))
    }

    @Test func `a write that the server did not take leaves what there was`() {
        var pending = pending()
        pending.start(object("8", "newer"), over: object("8", "new"))
        #expect(pending.answer(nil, at: key) == nil)
        #expect(pending.newest(object("4", "old")) == object("8", "new"))
    }

    @Test func `entries of a whole list that the watch has overtaken, or lost, are forgotten`() {
        var pending = pending()
        #expect(pending.newest([object("4", "old")]) == [object("8", "new")])
        #expect(pending.newest([]) == [])
        #expect(pending.newest([object("4", "old")]) == [object("4", "old")])
    }
}
