import KubeClient
import Testing

struct WatchStateMachineTests {
    private typealias Machine = WatchStateMachine

    /// Feeds events and returns the actions of each.
    private func run(_ events: [Machine.Event], _ machine: inout Machine) -> [[Machine.Action]] {
        events.map { machine.handle($0) }
    }

    private func watching(_ version: String = "10") -> Machine {
        var machine = Machine(longestSilence: .seconds(120))
        _ = run([.started, .page(resourceVersion: version, continue: nil)], &machine)
        return machine
    }

    /// How many watches are opened, each silent for as long as is borne at first, until the machine begins anew.
    private func watchesUntilDoubt(_ machine: inout Machine) -> Int {
        var count = 1
        while run([.silence(.seconds(120)), .idle], &machine).last != [.startOver(.silence)] {
            count += 1
            _ = run([.waited, .answered(resourceVersion: "10", isAnother: false)], &machine)
        }
        return count
    }

    @Test func `pages are listed to the last, then taken at once and watched from`() {
        var machine = Machine(longestSilence: .seconds(120))
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
        var machine = Machine(longestSilence: .seconds(120))
        let actions = run(
            [
                .started, .page(resourceVersion: "9", continue: "a"), .failed(.retry, retryAfter: nil), .waited,
                .failed(.terminal, retryAfter: .seconds(7)), .waited,
            ],
            &machine
        )
        #expect(
            actions == [
                [.list(continue: nil)], [.list(continue: "a")], [.backoff(attempt: 1, atLeast: nil)],
                [.list(continue: nil)], [.backoff(attempt: 2, atLeast: .seconds(7))], [.list(continue: nil)],
            ]
        )
    }

    @Test func `a continue token that expired begins the list anew`() {
        var machine = Machine(longestSilence: .seconds(120))
        let actions = run(
            [.started, .page(resourceVersion: "9", continue: "a"), .failed(.relist, retryAfter: nil), .waited],
            &machine
        )
        #expect(actions.suffix(2) == [[.backoff(attempt: 1, atLeast: nil)], [.list(continue: nil)]])
    }

    @Test func `a watch that the server ends goes on from the last version without waiting`() {
        var machine = watching()
        let actions = run(
            [.progress(resourceVersion: "11"), .progress(resourceVersion: nil), .ended(early: false)],
            &machine
        )
        #expect(actions == [[], [], [.watch(resourceVersion: "11")]])
    }

    @Test func `a watch that ends before its time goes on once the server has said where it is`() {
        var machine = watching()
        let answer = Machine.Event.answered(resourceVersion: "11", isAnother: false)
        let actions = run([.progress(resourceVersion: "11"), .ended(early: true), answer], &machine)
        #expect(actions == [[], [.ask], [.watch(resourceVersion: "11")]])
    }

    @Test(arguments: [
        WatchStateMachine.Event.ended(early: false), .ended(early: true), .idle, .failed(.retry, retryAfter: nil),
    ])
    func `a watch that delivered nothing waits before it goes on`(end: WatchStateMachine.Event) {
        var machine = watching()
        let answer = Machine.Event.answered(resourceVersion: nil, isAnother: false)
        let actions = run([end, .waited, answer, end, .waited, answer], &machine)
        #expect(
            actions == [
                [.backoff(attempt: 1, atLeast: nil)], [.ask], [.watch(resourceVersion: "10")],
                [.backoff(attempt: 2, atLeast: nil)], [.ask], [.watch(resourceVersion: "10")],
            ]
        )
    }

    @Test func `a question that fails waits, and is asked again`() {
        var machine = watching()
        let actions = run([.idle, .waited, .failed(.retry, retryAfter: .seconds(9)), .waited], &machine)
        #expect(
            actions == [
                [.backoff(attempt: 1, atLeast: nil)], [.ask], [.backoff(attempt: 2, atLeast: .seconds(9))], [.ask],
            ]
        )
    }

    @Test(arguments: [
        (
            WatchStateMachine.Event.answered(resourceVersion: "9", isAnother: false),
            WatchStateMachine.Doubt.versionWentBack
        ),
        (.answered(resourceVersion: "11", isAnother: true), .otherCluster),
    ])
    func `a server that is not where it was is listed anew after a random while`(
        answer: WatchStateMachine.Event,
        doubt: WatchStateMachine.Doubt
    ) {
        var machine = watching()
        let actions = run([.idle, .waited, answer, .waited], &machine)
        #expect(actions.suffix(2) == [[.startOver(doubt)], [.list(continue: nil)]])
    }

    @Test func `a version older than the last is not progress`() {
        var machine = watching()
        #expect(
            run([.progress(resourceVersion: "12"), .wentBack, .waited], &machine)
                == [[], [.startOver(.versionWentBack)], [.list(continue: nil)]]
        )
    }

    @Test func `a silence after which nothing is new lets the next one be twice as long, until something comes`() {
        var machine = watching()
        var limits: [Int] = []
        for _ in 0..<7 {
            limits.append(watchesUntilDoubt(&machine))
            _ = run([.waited, .page(resourceVersion: "10", continue: nil), .committed(isNews: false)], &machine)
        }
        #expect(limits == [1, 2, 4, 8, 16, 16, 16])
        _ = run([.progress(resourceVersion: "11"), .silence(.seconds(120))], &machine)
        #expect(machine.handle(.idle) == [.startOver(.silence)])
        _ = run([.waited, .page(resourceVersion: "12", continue: nil), .committed(isNews: true)], &machine)
        _ = machine.handle(.silence(.seconds(120)))
        #expect(machine.handle(.idle) == [.startOver(.silence)], "what was missed is a reason to doubt")
    }

    @Test func `silence adds up over watches until something comes`() {
        let answer = Machine.Event.answered(resourceVersion: "10", isAnother: false)
        let silentWatch: [Machine.Event] = [.silence(.seconds(90)), .idle, .waited, answer]
        var machine = watching()
        #expect(run(silentWatch, &machine).last == [.watch(resourceVersion: "10")])
        #expect(run(silentWatch, &machine)[1...2] == [[.startOver(.silence)], [.list(continue: nil)]])

        // A proxy that ends what is idle sooner than a watch is given up does not hide it.
        machine = watching()
        let cut: [Machine.Event] = [.silence(.seconds(55)), .ended(early: true), .waited, answer]
        #expect(run(cut + cut, &machine).last == [.watch(resourceVersion: "10")])
        #expect(run(cut, &machine)[1] == [.startOver(.silence)])

        machine = watching()
        _ = run(silentWatch + [.progress(resourceVersion: "11")], &machine)
        #expect(run(silentWatch, &machine)[1] == [.backoff(attempt: 1, atLeast: nil)], "a bookmark ends a silence")
    }

    @Test func `a drop or silence after progress goes on from the last version after a short wait`() {
        for end in [WatchStateMachine.Event.idle, .failed(.retry, retryAfter: nil)] {
            var machine = watching()
            let answer = Machine.Event.answered(resourceVersion: "12", isAnother: false)
            let actions = run([.progress(resourceVersion: "12"), end, .waited, answer], &machine)
            #expect(
                actions == [[], [.backoff(attempt: 1, atLeast: nil)], [.ask], [.watch(resourceVersion: "12")]]
            )
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
                [.backoff(attempt: 2, atLeast: nil)], [.list(continue: nil)],
                [.commit, .watch(resourceVersion: "30")], [],
            ]
        )
        #expect(machine.failures == 0)
    }

    @Test func `a refusal is tried again, as a role may be granted later`() {
        var machine = watching()
        let actions = run([.failed(.terminal, retryAfter: nil), .waited], &machine)
        #expect(actions == [[.backoff(attempt: 1, atLeast: nil)], [.ask]])
    }

    @Test func `events that do not fit the state change nothing`() {
        var machine = Machine(longestSilence: .seconds(120))
        let events: [Machine.Event] = [
            .waited, .ended(early: true), .idle, .progress(resourceVersion: "1"),
            .page(resourceVersion: "1", continue: nil), .silence(.seconds(1)), .wentBack,
            .answered(resourceVersion: "1", isAnother: true),
        ]
        #expect(run(events, &machine).flatMap { $0 } == [])
        #expect(machine == Machine(longestSilence: .seconds(120)))
    }
}
