package import KubeClient
import Pacing

extension NamedPace {
    /// Reads objects by name so often that a test need not wait for it.
    package static var hasty: NamedPace {
        var pace = NamedPace()
        let wait = Backoff(first: .milliseconds(100), longest: .milliseconds(100))
        (pace.present, pace.absent, pace.failed) = (wait, wait, wait)
        return pace
    }
}
