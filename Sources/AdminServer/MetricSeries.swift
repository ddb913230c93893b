import CoreMetrics
import Synchronization

/// One time series: a name, its labels and a value.
final class MetricSeries: CounterHandler, FloatingPointCounterHandler, MeterHandler, RecorderHandler, TimerHandler {
    /// What a series is known by.
    struct Identity: Hashable {
        let name: String
        let labels: [Label]

        init(label: String, dimensions: [(String, String)]) {
            name = Self.metricName(label)
            labels = dimensions.map { Label(name: Self.metricName($0.0), value: $0.1) }.sorted { $0.name < $1.name }
        }

        /// Prometheus allows letters, digits, `_` and `:`; dots and dashes are common elsewhere.
        private static func metricName(_ text: String) -> String {
            let mapped = String(text.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ":") ? $0 : "_" })
            return mapped.first?.isNumber == true ? "_\(mapped)" : mapped
        }
    }

    struct Label: Hashable {
        let name: String
        let value: String
    }

    enum Kind: String {
        case counter
        case gauge
        case histogram
    }

    private struct State {
        var value = 0.0
        var count = 0
        var buckets = [Int](repeating: 0, count: MetricSeries.bounds.count)
    }

    /// Upper bounds in seconds, from the time of one UPDATE to that of a slow API server.
    private static let bounds: [(value: Double, text: String)] = [
        (0.0005, "0.0005"), (0.001, "0.001"), (0.0025, "0.0025"), (0.005, "0.005"), (0.01, "0.01"), (0.025, "0.025"),
        (0.05, "0.05"), (0.1, "0.1"), (0.25, "0.25"), (0.5, "0.5"), (1, "1"), (2.5, "2.5"), (5, "5"), (10, "10"),
    ]

    let identity: Identity
    let kind: Kind
    private let state = Mutex(State())

    init(identity: Identity, kind: Kind) {
        self.identity = identity
        self.kind = kind
    }

    func increment(by amount: Int64) { add(Double(amount)) }

    func increment(by amount: Double) { add(amount) }

    func decrement(by amount: Double) { add(-amount) }

    func reset() { state.withLock { $0 = State() } }

    func set(_ value: Int64) { set(Double(value)) }

    func set(_ value: Double) { state.withLock { $0.value = value } }

    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        guard kind == .histogram else { return set(value) }
        observe(value)
    }

    func recordNanoseconds(_ duration: Int64) { observe(Double(duration) / 1_000_000_000) }

    private func add(_ amount: Double) { state.withLock { $0.value += amount } }

    private func observe(_ value: Double) {
        state.withLock { state in
            state.value += value
            state.count += 1
            if let bucket = Self.bounds.firstIndex(where: { value <= $0.value }) { state.buckets[bucket] += 1 }
        }
    }
}

extension MetricSeries {
    /// The text format, series by series: one TYPE line per name, then its series.
    static func exposition(of series: [MetricSeries]) -> some Sequence<String> {
        var name: String?
        return series.map { ($0, labelText($0.identity.labels)) }
            .sorted { ($0.0.identity.name, $0.1) < ($1.0.identity.name, $1.1) }
            .lazy.map { series, labels in
                let isSame = series.identity.name == name
                name = series.identity.name
                let type = isSame ? "" : "# TYPE \(series.identity.name) \(series.kind.rawValue)\n"
                return type + series.lines(labels)
            }
    }

    private func lines(_ labels: String) -> String {
        let state = self.state.withLock { $0 }
        let name = identity.name
        guard kind == .histogram else {
            return "\(name)\(labels.isEmpty ? "" : "{\(labels)}") \(Self.number(state.value))\n"
        }
        let prefix = labels.isEmpty ? "" : "\(labels),"
        var text = ""
        var total = 0
        for (bound, count) in zip(Self.bounds, state.buckets) {
            total += count
            text += "\(name)_bucket{\(prefix)le=\"\(bound.text)\"} \(total)\n"
        }
        text += "\(name)_bucket{\(prefix)le=\"+Inf\"} \(state.count)\n"
        text += "\(name)_sum\(labels.isEmpty ? "" : "{\(labels)}") \(Self.number(state.value))\n"
        text += "\(name)_count\(labels.isEmpty ? "" : "{\(labels)}") \(state.count)\n"
        return text
    }

    private static func number(_ value: Double) -> String {
        Int64(exactly: value).map { String($0) } ?? String(value)
    }

    private static func labelText(_ labels: [Label]) -> String {
        labels.map { "\($0.name)=\"\(escaped($0.value))\"" }.joined(separator: ",")
    }

    private static func escaped(_ value: String) -> String {
        var text = ""
        for character in value {
            switch character {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            default: text.append(character)
            }
        }
        return text
    }
}
