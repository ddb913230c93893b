import FoundationEssentials
import Glibc
import PlainMetrics

/// What the kernel says of this process, under the names that Prometheus' client libraries have for it.
struct ProcessMetrics: Sendable {
    private let text: @Sendable (String) -> String?
    private let names: @Sendable (String) -> [String]?
    /// How many ticks of a process's times make a second.
    private let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
    /// How many bytes a page of memory has.
    private let page = Double(sysconf(Int32(_SC_PAGESIZE)))

    /// Reads what is below `/proc`: the text of a file, and the names in a folder, nil when there is none.
    init(
        text: @escaping @Sendable (String) -> String? = { try? String(contentsOf: URL(filePath: $0), encoding: .utf8) },
        names: @escaping @Sendable (String) -> [String]? = { try? FileManager.default.contentsOfDirectory(atPath: $0) }
    ) {
        self.text = text
        self.names = names
    }

    /// What can be read now.
    func samples() -> [MetricSample] {
        var samples: [MetricSample] = []
        func add(_ metric: MetricDescription, _ value: Double?) {
            if let value { samples.append(metric.sample(is: value)) }
        }
        // proc(5): the fields behind the name, which is in parentheses and may hold anything, from the third on.
        let fields = text("/proc/self/stat").flatMap { stat in
            stat.lastIndex(of: ")").map { stat[$0...].split { $0 == " " || $0 == "\n" }.dropFirst().map(String.init) }
        }
        func field(_ number: Int) -> Double? {
            guard let fields, fields.indices.contains(number - 3) else { return nil }
            return Double(fields[number - 3])
        }
        if let user = field(14), let system = field(15) { add(.cpuSeconds, (user + system) / ticks) }
        add(.residentMemory, field(24).map { $0 * page })
        if let start = field(22), let boot = bootTime { add(.startTime, boot + start / ticks) }
        // The folder itself is open while it is read.
        add(.openFiles, names("/proc/self/fd").map { Double($0.count - 1) })
        add(.mostFiles, mostFiles)
        return samples
    }

    /// When the machine started, in seconds since the start of 1970.
    private var bootTime: Double? {
        text("/proc/stat")?.split(separator: "\n").first { $0.hasPrefix("btime ") }.flatMap { Double($0.dropFirst(6)) }
    }

    private var mostFiles: Double? {
        let line = text("/proc/self/limits")?.split(separator: "\n").first { $0.hasPrefix("Max open files") }
        let soft = line?.dropFirst("Max open files".count).split(separator: " ").first
        return soft.flatMap { $0 == "unlimited" ? .infinity : Double($0) }
    }
}
