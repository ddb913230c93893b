import CoreMetrics

extension MetricsRegistry {
    /// Makes a registry the one backend of this process; to be called once, by a program.
    package static func forProgram() -> MetricsRegistry {
        let registry = MetricsRegistry()
        MetricsSystem.bootstrap(registry)
        return registry
    }
}
