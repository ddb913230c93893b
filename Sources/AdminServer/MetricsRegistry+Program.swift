import CoreMetrics
package import PlainMetrics

extension MetricsRegistry {
    /// Makes a registry the one backend of this process, with what is known of the process itself; to be called once, by a
    /// program, before its first logger and its first metric.
    package static func forProgram(_ build: BuildInfo, describing descriptions: [MetricDescription]) -> MetricsRegistry
    {
        let registry = MetricsRegistry(build, describing: descriptions)
        MetricsSystem.bootstrap(registry)
        return registry
    }

    /// A registry that also tells of the process and what it was built from.
    package convenience init(_ build: BuildInfo, describing descriptions: [MetricDescription]) {
        self.init(describing: descriptions)
        let process = ProcessMetrics()
        collect { [build.sample] + process.samples() }
    }
}
