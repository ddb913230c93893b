import BGPEngine
import Glibc

/// The kernel's counters of TCP segments dropped for their MD5 signature or TTL, of the whole network namespace.
///
/// Read before and after a silence, their difference tells a wrong password from a silent network.
struct DropCounters: Equatable {
    /// TCPMD5NotFound.
    var unsigned: UInt64 = 0
    /// TCPMD5Unexpected.
    var signed: UInt64 = 0
    /// TCPMD5Failure.
    var wronglySigned: UInt64 = 0
    /// TCPMinTTLDrop; older kernels call it TCPMINTTLDrop.
    var tooDistant: UInt64 = 0

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
                case "TCPMD5NotFound": unsigned = UInt64(value) ?? 0
                case "TCPMD5Unexpected": signed = UInt64(value) ?? 0
                case "TCPMD5Failure": wronglySigned = UInt64(value) ?? 0
                case "TCPMinTTLDrop", "TCPMINTTLDrop": tooDistant = UInt64(value) ?? 0
                default: break
                }
            }
        }
    }

    /// The present values; all zero where there is no such file.
    static func now() -> DropCounters {
        guard let file = fopen("/proc/net/netstat", "r") else { return DropCounters(netstat: "") }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 16384)
        let count = fread(&bytes, 1, bytes.count, file)
        return DropCounters(netstat: String(decoding: bytes.prefix(count), as: UTF8.self))
    }

    /// What was dropped since an earlier reading that a peer configured like this can have sent; `nil` when nothing was.
    func dropped(since earlier: DropCounters, from peer: PeerConfiguration) -> DroppedSegments? {
        if peer.password == nil {
            if signed > earlier.signed { return .signed }
        } else {
            if wronglySigned > earlier.wronglySigned { return .wronglySigned }
            if unsigned > earlier.unsigned { return .unsigned }
        }
        return peer.lowestIncomingTTL != nil && tooDistant > earlier.tooDistant ? .tooDistant : nil
    }
}
