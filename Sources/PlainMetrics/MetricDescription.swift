package import CoreMetrics

/// All that is said of a metric wherever it appears: what it counts is recorded with handles that are made from it, the page
/// for Prometheus takes its help and buckets from it, and the table in config/monitoring/metrics.md is held to it.
///
/// A name begins with `martlet_`, or `process_` where all client libraries have the same, and ends with its unit: `_seconds`,
/// `_bytes`, and `_total` for what only rises (<https://prometheus.io/docs/practices/naming/>). A label has one of a few values,
/// or one per configured thing, and never a Service or an address of one; Prometheus and its operator set `instance`, `job`,
/// `pod`, `namespace`, `node`, `container` and `endpoint` themselves, so that no label of ours is named so.
package struct MetricDescription: Hashable, Sendable {
    /// What its values are.
    package enum Kind: String, Hashable, Sendable {
        /// Only rises, from 0 at the start of the program.
        case counter
        /// Rises and falls.
        case gauge
        /// How many observations were at most how large.
        case histogram
    }

    package let name: String
    /// What its values are.
    package let kind: Kind
    /// One line for a person, without a full stop.
    package let help: String
    /// The names of its labels, in the order in which values are given.
    package let labels: [String]
    /// The upper bounds of a histogram, ascending, without the infinite one; empty for other kinds.
    package let buckets: [Double]

    private init(_ name: String, _ kind: Kind, _ help: String, _ labels: [String], buckets: [Double] = []) {
        self.name = name
        self.kind = kind
        self.help = help
        self.labels = labels
        self.buckets = buckets
    }

    /// What only rises.
    package static func counter(_ name: String, _ help: String, labels: [String] = []) -> MetricDescription {
        MetricDescription(name, .counter, help, labels)
    }

    /// What rises and falls.
    package static func gauge(_ name: String, _ help: String, labels: [String] = []) -> MetricDescription {
        MetricDescription(name, .gauge, help, labels)
    }

    /// How many observations were at most how large.
    package static func histogram(
        _ name: String,
        _ help: String,
        labels: [String] = [],
        buckets: [Double]
    ) -> MetricDescription {
        MetricDescription(name, .histogram, help, labels, buckets: buckets)
    }
}

/// Handles to record with; whoever records often makes one once and keeps it.
extension MetricDescription {
    /// The counter with these values of its labels.
    package func counter(_ values: [String] = [], in factory: any MetricsFactory) -> Counter {
        Counter(label: name, dimensions: dimensions(values), factory: factory)
    }

    /// The gauge with these values of its labels.
    package func gauge(_ values: [String] = [], in factory: any MetricsFactory) -> Gauge {
        Gauge(label: name, dimensions: dimensions(values), factory: factory)
    }

    /// The gauge with these values of its labels, for those who only know how much more or less it is.
    package func meter(_ values: [String] = [], in factory: any MetricsFactory) -> Meter {
        Meter(label: name, dimensions: dimensions(values), factory: factory)
    }

    /// The histogram with these values of its labels.
    package func histogram(_ values: [String] = [], in factory: any MetricsFactory) -> Recorder {
        Recorder(label: name, dimensions: dimensions(values), aggregate: true, factory: factory)
    }

    /// What the metric is at the moment, with these values of its labels.
    package func sample(_ values: [String] = [], is value: Double) -> MetricSample {
        MetricSample(description: self, labels: dimensions(values), value: value)
    }

    /// The labels with their values.
    package func dimensions(_ values: [String]) -> [(String, String)] {
        precondition(values.count == labels.count, "\(name) has the labels \(labels)")
        return Array(zip(labels, values))
    }
}

/// The value of a counter or gauge as it was found when the page was asked for.
package struct MetricSample: Sendable {
    package let description: MetricDescription
    /// The labels with their values.
    package let labels: [(String, String)]
    package let value: Double
}
