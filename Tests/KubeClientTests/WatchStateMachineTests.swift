import KubeClient
import Testing

struct WatchStateMachineTests {
    private typealias Machine = WatchStateMachine

    /// Feeds events and returns the actions of each.
    private func run(_ events: [Machine.Event], _ machine: inout Machine) -> [[Machine.Action]] {
        events.map { machine.handle($0) }
    }

    private func watching(_ version: String = "10") -> Machine {
        var machine = Machine()
        _ = run([.started, .page(resourceVersion: version, continue: nil)], &machine)
        return machine
    }

    @Test func `pages are listed to the last, then taken at once and watched from`() {
        var machine = Machine()
        let actions = run(
            [
                .started, .page(resourceVersion: "9", continue: "a"), .page(resourceVersion: "9", continue: "b"),
                .page(resourceVersion: "10", continue: nil),
            ],
            &machine
        )
        #expect(
            actions == [
                [.list(continue: nil)], [.list(continue: "a")], [.list(continue: "b")],
                [.commit, .watch(resourceVersion: "10")],
            ]
        )
        #expect(machine.state == .watching(resourceVersion: "10", hasProgressed: false))
    }

    @Test func `a failed list waits, longer each time, and begins anew`() {
        var machine = Machine()
        let actions = run(
            [
                .started, .page(resourceVersion: "9", continue: "a"), .failed(.retry, retryAfter: nil), .waited,
                .failed(.terminal, retryAfter: .seconds(7)), .waited,
            ],
            &machine
        )
        #expect(
            actions == [
                [.list(continue: nil)], [.list(continue: "a")], [.backOff(attempt: 1, atLeast: nil)],
                [.list(continue: nil)], [.backOff(attempt: 2, atLeast: .seconds(7))], [.list(continue: nil)],
            ]
        )
    }

    @Test func `a continue token that expired begins the list anew`() {
        var machine = Machine()
        let actions = run(
            [.started, .page(resourceVersion: "9", continue: "a"), .failed(.relist, retryAfter: nil), .waited],
            &machine
        )
        #expect(actions.suffix(2) == [[.backOff(attempt: 1, atLeast: nil)], [.list(continue: nil)]])
    }

    @Test func `a watch that the server ends goes on from the last version without waiting`() {
        var machine = watching()
        let actions = run(
            [.progress(resourceVersion: "11"), .progress(resourceVersion: nil), .ended],
            &machine
        )
        #expect(actions == [[], [], [.watch(resourceVersion: "11")]])
    }

    @Test(arguments: [WatchStateMachine.Event.ended, .idle, .failed(.retry, retryAfter: nil)])
    func `a watch that delivered nothing waits before it goes on`(end: WatchStateMachine.Event) {
        var machine = watching()
        let actions = run([end, .waited, end, .waited], &machine)
        #expect(
            actions == [
                [.backOff(attempt: 1, atLeast: nil)], [.watch(resourceVersion: "10")],
                [.backOff(attempt: 2, atLeast: nil)], [.watch(resourceVersion: "10")],
            ]
        )
    }

    @Test func `a drop or silence after progress goes on from the last version after a short wait`() {
        for end in [WatchStateMachine.Event.idle, .failed(.retry, retryAfter: nil)] {
            var machine = watching()
            let actions = run([.progress(resourceVersion: "12"), end, .waited], &machine)
            #expect(actions == [[], [.backOff(attempt: 1, atLeast: nil)], [.watch(resourceVersion: "12")]])
        }
    }

    @Test func `410 lists at once, and a second in a row waits`() {
        var machine = watching()
        let actions = run(
            [
                .progress(resourceVersion: "12"), .failed(.relist, retryAfter: nil),
                .page(resourceVersion: "20", continue: nil), .failed(.relist, retryAfter: nil), .waited,
                .page(resourceVersion: "30", continue: nil), .progress(resourceVersion: "31"),
            ],
            &machine
        )
        #expect(
            actions == [
                [], [.list(continue: nil)], [.commit, .watch(resourceVersion: "20")],
                [.backOff(attempt: 2, atLeast: nil)], [.list(continue: nil)],
                [.commit, .watch(resourceVersion: "30")], [],
            ]
        )
        #expect(machine.failures == 0)
    }

    @Test func `a refusal is tried again, as a role may be granted later`() {
        var machine = watching()
        let actions = run([.failed(.terminal, retryAfter: nil), .waited], &machine)
        #expect(actions == [[.backOff(attempt: 1, atLeast: nil)], [.watch(resourceVersion: "10")]])
    }

    @Test func `events that do not fit the state change nothing`() {
        var machine = Machine()
        let events: [Machine.Event] = [
            .waited, .ended, .idle, .progress(resourceVersion: "1"), .page(resourceVersion: "1", continue: nil),
        ]
        #expect(run(events, &machine) == [[], [], [], [], []])
        #expect(machine == Machine())
    }
}
