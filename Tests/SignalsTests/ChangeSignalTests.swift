import Signals
import Testing

struct ChangeSignalTests {
    @Test func `merged signals are heard as one, many changes as one element`() async {
        let (one, two, three) = (ChangeSignal(), ChangeSignal(), ChangeSignal())
        var changes = one.merged(with: two, three).makeAsyncIterator()
        await changes.next()
        one.notify()
        two.notify()
        await changes.next()
        three.notify()
        await changes.next()
        // Whatever had come before would be an element more, and this one would not be waited for.
        two.notify()
        await changes.next()
        one.notify()
        #expect(await changes.next() != nil)
    }

    @Test func `a part is heard by whom listens to the whole, merged or not`() async {
        let whole = ChangeSignal()
        let part = ChangeSignal(partOf: whole)
        var changes = ChangeSignal().merged(with: whole).makeAsyncIterator()
        await changes.next()
        part.notify()
        await changes.next()
        #expect(whole.count == 1 && part.count == 1)
    }

    @Test func `a listener does not keep a signal, nor a signal a listener that is gone`() async {
        var signal: ChangeSignal? = ChangeSignal()
        weak let kept = signal
        let changes = signal?.changes()
        signal = nil
        #expect(kept == nil)
        _ = changes
    }
}
