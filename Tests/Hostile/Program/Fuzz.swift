import HostileInput
import TestSupport

/// Tries many inputs in one process and says how many of which kind; a broken rule ends it with the seed to repeat.
///
///     martlet-fuzz peer INPUTS | storms STEPS | conversations RUNS | manifests INPUTS  [SEED]
#if !LIBFUZZER
@main
#endif
struct Fuzz {
    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        guard let work = arguments.first.flatMap(Work.init),
            let count = arguments.dropFirst().first.flatMap({ Int($0) }), count > 0
        else {
            print("usage: martlet-fuzz \(Work.allCases.map(\.rawValue).joined(separator: "|")) COUNT [SEED]")
            throw Usage()
        }
        let seed = arguments.dropFirst(2).first.flatMap { UInt64($0) } ?? 0
        let clock = ContinuousClock()
        var summary = ""
        let time = try clock.measure {
            summary =
                switch work {
                case .peer: try Self.peer(count, seed)
                case .storms: try Self.storms(count, seed)
                case .conversations: try Self.conversations(count, seed)
                case .manifests: try Self.manifests(count, seed)
                }
        }
        print("\(summary); \(time.formatted) s")
    }

    private enum Work: String, CaseIterable {
        case peer, storms, conversations, manifests
    }

    private struct Usage: Error {}

    /// A rule was broken.
    private struct Violation: Error, CustomStringConvertible {
        let description: String
    }

    private static func peer(_ inputs: Int, _ seed: UInt64) throws -> String {
        var generator = MessageGenerator(seed: seed)
        var session = HostileSession(&generator)
        var tally = HostileSession.Tally()
        var sessions = 1
        for input in 0..<inputs {
            if session.isClosed {
                tally += session.tally
                session = HostileSession(&generator)
                sessions += 1
            }
            session.receive(generator.damagedBytes(session.context), &generator)
            try require(session.violations, "peer, seed \(seed), input \(input)")
        }
        tally += session.tally
        let updates = zip(["sound", "discard", "withdraw", "reset"], tally.updates).map { "\($1) \($0)" }
        return """
            \(inputs) inputs of \(tally.octets) octets on \(sessions) sessions: \(tally.messages) messages read, UPDATEs: \
            \(updates.joined(separator: ", ")); \(tally.notifications) NOTIFICATIONs sent
            """
    }

    private static func storms(_ steps: Int, _ seed: UInt64) throws -> String {
        var generator = MessageGenerator(seed: seed)
        for storm in 0...steps / 100 {
            var machine = EventStorm(&generator)
            for _ in 0..<100 { machine.step(&generator) }
            try require(machine.violations, "storms, seed \(seed), storm \(storm)")
        }
        return "\(steps) events in any order"
    }

    private static func conversations(_ runs: Int, _ seed: UInt64) throws -> String {
        let settings = ConversationSetting.all
        for run in 0..<runs {
            let setting = settings[run % settings.count]
            let number = seed + UInt64(run / settings.count)
            // One in ten is undisturbed.
            let violations =
                run / settings.count % 10 == 0 ? setting.calm(seed: number) : setting.troubled(seed: number)
            try require(violations, "conversations, \(setting), seed \(number)")
        }
        return "\(runs) conversations"
    }

    private static func manifests(_ inputs: Int, _ seed: UInt64) throws -> String {
        var probe = try ManifestProbe(texts: ManifestSamples.texts())
        var generator = MessageGenerator(seed: seed)
        for input in 0..<inputs { try require(probe.step(&generator), "manifests, seed \(seed), input \(input)") }
        return "\(inputs) sets of manifests with \(probe.objects) objects that could be read"
    }

    private static func require(_ violations: [String], _ place: String) throws {
        guard !violations.isEmpty else { return }
        throw Violation(description: "\(place): \(violations.joined(separator: "; "))")
    }
}

extension Duration {
    fileprivate var formatted: String {
        let tenths = Int((self / .milliseconds(100)).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
