import BGPEngine
import Glibc

/// The kernel's counters of TCP MD5 signatures that did not fit, of the whole network namespace.
///
/// Read before and after an attempt, their difference tells a wrong password from a silent network.
struct SignatureCounters: Equatable {
    /// TCPMD5NotFound.
    var missing: UInt64 = 0
    /// TCPMD5Unexpected.
    var unexpected: UInt64 = 0
    /// TCPMD5Failure.
    var wrong: UInt64 = 0

    /// Parses the text of `/proc/net/netstat`, where a line of names precedes each line of values.
    init(netstat: String) {
        var names: [Substring] = []
        for line in netstat.split(separator: "\n") where line.hasPrefix("TcpExt:") {
            let fields = line.split(separator: " ").dropFirst()
            guard !names.isEmpty else {
                names = Array(fields)
                continue
            }
            for (name, value) in zip(names, fields) {
                switch name {
                case "TCPMD5NotFound": missing = UInt64(value) ?? 0
                case "TCPMD5Unexpected": unexpected = UInt64(value) ?? 0
                case "TCPMD5Failure": wrong = UInt64(value) ?? 0
                default: break
                }
            }
        }
    }

    /// The present values; all zero where there is no such file.
    static func now() -> SignatureCounters {
        guard let file = fopen("/proc/net/netstat", "r") else { return SignatureCounters(netstat: "") }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 16384)
        let count = fread(&bytes, 1, bytes.count, file)
        return SignatureCounters(netstat: String(decoding: bytes.prefix(count), as: UTF8.self))
    }

    /// What has gone wrong since an earlier reading; `nil` when nothing has.
    func mismatch(since earlier: SignatureCounters) -> SignatureMismatch? {
        if wrong > earlier.wrong { return .wrong }
        if unexpected > earlier.unexpected { return .unexpected }
        if missing > earlier.missing { return .missing }
        return nil
    }
}
