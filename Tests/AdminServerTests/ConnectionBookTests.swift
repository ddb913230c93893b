import AdminServer
import Testing

@Suite struct ConnectionBookTests {
    @Test func `the oldest idle connection goes for a new one, not one that is being answered`() {
        var book = ConnectionBook<String>(limit: 3, ofSource: 3)
        for number in 1...3 { #expect(book.admit(number, from: "host \(number)") == .admitted(insteadOf: nil)) }
        book.set(1, isIdle: false)
        #expect(book.admit(4, from: "host 4") == .admitted(insteadOf: 2))
        #expect(book.count == 3)
        // An answer ends: what was idle before is older.
        book.set(1, isIdle: true)
        #expect(book.admit(5, from: "host 5") == .admitted(insteadOf: 3))
        #expect(book.admit(6, from: "host 6") == .admitted(insteadOf: 4))
        #expect(book.admit(7, from: "host 7") == .admitted(insteadOf: 1))
    }

    @Test func `a source has its own few, and takes none from others`() {
        var book = ConnectionBook<String>(limit: 10, ofSource: 2)
        #expect(book.admit(1, from: "kubelet") == .admitted(insteadOf: nil))
        #expect(book.admit(2, from: "flood") == .admitted(insteadOf: nil))
        for number in 3...100 {
            let oldest = number == 3 ? nil : number - 2
            #expect(book.admit(number, from: "flood") == .admitted(insteadOf: oldest))
        }
        #expect(book.count == 3)
    }

    @Test func `only when all are being answered a new connection is refused`() {
        var book = ConnectionBook<String>(limit: 2, ofSource: 2)
        for number in 1...2 {
            #expect(book.admit(number, from: "a") == .admitted(insteadOf: nil))
            book.set(number, isIdle: false)
        }
        #expect(book.admit(3, from: "b") == .refused)
        #expect(book.admit(4, from: "a") == .refused)
        book.remove(1)
        #expect(book.admit(5, from: "b") == .admitted(insteadOf: nil))
    }
}

@Suite struct PageQueueTests {
    @Test func `two are worked on, the rest in their order, and one too many is refused`() {
        var queue = PageQueue(limit: 2, waiting: 2)
        #expect((1...5).map { queue.enter($0, isNew: true) } == [.now, .now, .later, .later, .refused])
        #expect(queue.leave(2) == 3)
        #expect(queue.isWorking(3))
        #expect(queue.leave(2) == nil)
        // Whoever leaves while it waits has no turn.
        #expect(queue.leave(4) == nil)
        #expect(queue.leave(1) == nil)
        #expect(queue.enter(6, isNew: true) == .now)
    }

    @Test func `a page whose client was slow waits behind the others and is never refused`() {
        var queue = PageQueue(limit: 1, waiting: 1)
        #expect(queue.enter(1, isNew: true) == .now)
        #expect(queue.enter(2, isNew: true) == .later)
        #expect(queue.leave(1) == 2)
        #expect(queue.enter(1, isNew: false) == .later)
        #expect(queue.enter(3, isNew: true) == .later)
        #expect(queue.enter(4, isNew: true) == .refused)
        #expect(queue.leave(2) == 1)
        #expect(queue.leave(1) == 3)
    }
}
