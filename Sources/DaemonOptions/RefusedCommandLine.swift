package import ArgumentParser
import LogKeys
import Logging
import PlainLogging

extension ParsableCommand {
    /// Ends the program with one line of its log when its command line makes no sense and asks for a log of JSON.
    ///
    /// A reader of JSON could not take the lines of usage that `main` prints. `label` is the program's name.
    package static func refuseInJSON(_ label: String, words: [String]) {
        let asks =
            words.contains("--log-format=json")
            || zip(words, words.dropFirst()).contains { $0 == "--log-format" && $1 == "json" }
        guard asks else { return }
        do {
            _ = try parseAsRoot(words)
        } catch {
            let status = exitCode(for: error)
            // Help and version are no faults.
            guard !status.isSuccess else { return }
            LoggingSystem.bootstrapPlain(.json)
            Logger(label: label).critical("the program ends", metadata: [.error: "\(message(for: error))"])
            exit(withError: status)
        }
    }
}
