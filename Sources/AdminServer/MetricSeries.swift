import CoreMetrics
import PlainMetrics
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

    typealias Kind = MetricDescription.Kind

    private struct State {
        var value = 0.0
        var count = 0
        /// How many observations fell between each bound and the one before.
        var buckets: [Int] = []
    }

    /// Upper bounds of what nobody describes, in seconds.
    private static let usualBounds = [
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ]

    let identity: Identity
    let kind: Kind
    private let bounds: [Double]
    private let state: Mutex<State>

    /// A series at 0; `bounds` are those of a histogram.
    init(identity: Identity, kind: Kind, bounds: [Double]? = nil) {
        self.identity = identity
        self.kind = kind
        self.bounds = kind == .histogram ? bounds ?? Self.usualBounds : []
        state = Mutex(State(buckets: [Int](repeating: 0, count: self.bounds.count)))
    }

    /// A series that is there for one page.
    convenience init(_ sample: MetricSample) {
        self.init(
            identity: Identity(label: sample.description.name, dimensions: sample.labels),
            kind: sample.description.kind
        )
        set(sample.value)
    }

    func increment(by amount: Int64) { add(Double(amount)) }

    func increment(by amount: Double) { add(amount) }

    func decrement(by amount: Double) { add(-amount) }

    func reset() { state.withLock { $0 = State(buckets: [Int](repeating: 0, count: bounds.count)) } }

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
            if let bucket = bounds.firstIndex(where: { value <= $0 }) { state.buckets[bucket] += 1 }
        }
    }
}

extension MetricSeries {
    /// What begins a name on the page, or one of its series.
    private struct Piece: Comparable {
        let name: String
        /// Nil for what begins the name.
        let labels: String?
        let series: MetricSeries?

        static func < (left: Piece, right: Piece) -> Bool {
            if left.name != right.name { return left.name < right.name }
            guard let other = right.labels else { return false }
            return left.labels.map { $0 < other } ?? true
        }

        static func == (left: Piece, right: Piece) -> Bool { left.name == right.name && left.labels == right.labels }
    }

    /// The text format, piece by piece: of each name HELP and TYPE, then its series.
    ///
    /// What is described is on the page from the beginning, with or without series, so that a person finds out what there is.
    static func exposition(
        of series: [MetricSeries],
        describing descriptions: [String: MetricDescription]
    ) -> some Sequence<String> {
        var kinds = descriptions.mapValues(\.kind)
        for series in series where kinds[series.identity.name] == nil { kinds[series.identity.name] = series.kind }
        let pieces =
            kinds.keys.map { Piece(name: $0, labels: nil, series: nil) }
            + series.map { Piece(name: $0.identity.name, labels: labelText($0.identity.labels), series: $0) }
        return pieces.sorted().lazy.map { [kinds] piece in
            if let series = piece.series { return series.lines(piece.labels ?? "") }
            let help = descriptions[piece.name].map { "# HELP \(piece.name) \(escapedHelp($0.help))\n" } ?? ""
            return help + "# TYPE \(piece.name) \(kinds[piece.name]?.rawValue ?? "untyped")\n"
        }
    }

    private static func escapedHelp(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
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
        for (bound, count) in zip(bounds, state.buckets) {
            total += count
            text += "\(name)_bucket{\(prefix)le=\"\(Self.number(bound))\"} \(total)\n"
        }
        text += "\(name)_bucket{\(prefix)le=\"+Inf\"} \(state.count)\n"
        text += "\(name)_sum\(labels.isEmpty ? "" : "{\(labels)}") \(Self.number(state.value))\n"
        text += "\(name)_count\(labels.isEmpty ? "" : "{\(labels)}") \(state.count)\n"
        return text
    }

    private static func number(_ value: Double) -> String {
        value == .infinity ? "+Inf" : Int64(exactly: value).map { String($0) } ?? String(value)
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
