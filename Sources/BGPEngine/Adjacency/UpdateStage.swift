import BGPTypes
import BGPWire
import NIOCore

/// The UPDATEs of one stage of the plan from one table to another, encoded once for all peers that go it.
///
/// It never changes. Each peer counts for itself how many of the messages it has been sent, so that a slow one shares
/// them with a quick one. A long plan has several stages, so that a slow peer holds a bounded part of it.
package final class UpdateStage: Sendable {
    /// The whole plan.
    let plan: UpdatePlan
    /// How many stages lie before this one.
    let index: Int
    private let start: UpdatePlan.Place
    private let bytes: ByteBuffer
    private let marks: [Mark]

    /// The place behind a message.
    private struct Mark {
        var octets: Int
        var place: UpdatePlan.Place
    }

    /// The first stage of a plan.
    convenience init(_ plan: UpdatePlan, limit: Int) {
        self.init(plan, index: 0, from: .start, limit: limit)
    }

    /// The stage after another, which must not be the last.
    convenience init(after stage: UpdateStage, limit: Int) {
        self.init(stage.plan, index: stage.index + 1, from: stage.end, limit: limit)
    }

    /// Encodes until `limit` octets are passed.
    private init(_ plan: UpdatePlan, index: Int, from start: UpdatePlan.Place, limit: Int) {
        self.plan = plan
        self.index = index
        self.start = start
        var bytes = ByteBuffer()
        bytes.reserveCapacity(min(limit, plan.wireLength) + WireContext.standardMessageLength)
        var marks: [Mark] = []
        var place = start
        while bytes.readableBytes < limit, plan.writeMessage(from: &place, into: &bytes) {
            marks.append(Mark(octets: bytes.readableBytes, place: place))
        }
        self.bytes = bytes
        self.marks = marks
    }

    /// The number of messages.
    var count: Int { marks.count }

    /// The place behind so many messages.
    func place(_ messages: Int) -> UpdatePlan.Place {
        messages == 0 ? start : marks[messages - 1].place
    }

    /// The place behind the last message.
    private var end: UpdatePlan.Place { place(count) }

    /// Whether the last message leads to the end of the plan; a stage without messages has nothing behind it.
    var isLast: Bool { plan.isEnd(end) || marks.isEmpty }

    /// Messages from one on, of at most `limit` octets together but at least one, and none that starts where one of the
    /// families has ended.
    ///
    /// There must be such a message.
    func batch(from first: Int, limit: Int, untilEndOf families: Set<IPFamily>) -> (bytes: ByteBuffer, next: Int) {
        let offset = first == 0 ? 0 : marks[first - 1].octets
        let waiting = families.filter { !plan.isComplete($0, at: place(first)) }
        var next = first + 1
        while next < marks.count, marks[next].octets - offset <= limit,
            !waiting.contains(where: { plan.isComplete($0, at: marks[next - 1].place) })
        {
            next += 1
        }
        let length = marks[next - 1].octets - offset
        return (bytes.getSlice(at: bytes.readerIndex + offset, length: length) ?? ByteBuffer(), next)
    }
}
