package import KubeClient

extension NamedPace {
    /// Reads objects by name so often that a test need not wait for it.
    package static var hasty: NamedPace {
        var pace = NamedPace()
        let wait = BackOff(first: .milliseconds(100), longest: .milliseconds(100))
        (pace.present, pace.absent, pace.failed) = (wait, wait, wait)
        return pace
    }
}
