/// What passes a host's `eth0` on the port of BGP, as Wireshark's own decoder sees it.
package final class Capture: Sendable {
    private let process: RunningProcess
    private let directory: TemporaryDirectory

    /// Begins to record; returns when nothing can be missed any more.
    package init(_ host: NetworkHost) async throws {
        directory = try TemporaryDirectory("capture")
        process = try host.command("dumpcap", "-q", "-i", "eth0", "-f", "tcp port 179", "-w", directory.path("packets"))
            .start(log: directory.path("output"))
        try await process.writes("File: ")
    }

    /// Ends the recording and writes what is still in memory to the file.
    package func end() async {
        await process.stop()
    }

    /// One line per packet that the filter lets pass, with these fields separated by tabs.
    ///
    /// `filter` is in Wireshark's language of display filters, such as `bgp.type == 5`; `fields` are names as `ip.src`.
    package func packets(where filter: String, fields: [String]) async throws -> [String] {
        let command = ["tshark", "-r", directory.path("packets"), "-Y", filter, "-T", "fields"]
        return try await Command(command + fields.flatMap { ["-e", $0] }).run()
            .split(separator: "\n").map(String.init)
    }

    /// Packets that Wireshark cannot decode or finds an error in, as it describes them.
    ///
    /// Wireshark 4.0 takes every message above 4,096 octets for wrong and reads no further, though RFC 8654 allows them;
    /// packets with such messages are left out.
    package func malformedPackets() async throws -> [String] {
        try await packets(
            where: "bgp && (_ws.malformed || _ws.expert.severity == error) && !(bgp.length > 4096)",
            fields: ["frame.number", "_ws.col.Info", "_ws.expert.message"]
        )
    }
}
