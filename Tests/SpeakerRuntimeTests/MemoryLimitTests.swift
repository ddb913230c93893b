import Planning
import SpeakerRuntime
import Testing

@Suite struct MemoryLimitTests {
    private static let meminfo = """
        MemTotal:       16303424 kB
        MemFree:         1234567 kB

        """
    private static let machine = 16_303_424 << 10

    struct Row: CustomTestStringConvertible {
        let testDescription: String
        var membership: String?
        var files: [String: String] = [:]
        var octets: Int
        var source: MemoryLimit.Source = .cgroup
    }

    static let rows: [Row] = [
        Row(
            testDescription: "a container sees its own cgroup as the root",
            membership: "0::/\n",
            files: ["/sys/fs/cgroup/memory.max": "536870912\n"],
            octets: 512 << 20
        ),
        Row(
            testDescription: "a unit of the host has its own, in a slice without",
            membership: "0::/system.slice/bgp-speaker.service\n",
            files: [
                "/sys/fs/cgroup/system.slice/memory.max": "max\n",
                "/sys/fs/cgroup/system.slice/bgp-speaker.service/memory.max": "268435456\n",
            ],
            octets: 256 << 20
        ),
        Row(
            testDescription: "the lowest on the way up counts",
            membership: "0::/kubepods/pod1/speaker\n",
            files: [
                "/sys/fs/cgroup/kubepods/memory.max": "8589934592\n",
                "/sys/fs/cgroup/kubepods/pod1/memory.max": "134217728\n",
                "/sys/fs/cgroup/kubepods/pod1/speaker/memory.max": "268435456\n",
            ],
            octets: 128 << 20
        ),
        Row(
            testDescription: "a cgroup beside the namespace's root is not looked for",
            membership: "0::/../other\n",
            files: ["/sys/fs/cgroup/memory.max": "536870912\n", "/sys/fs/cgroup/../other/memory.max": "1048576\n"],
            octets: 512 << 20
        ),
        Row(
            testDescription: "the first version, whose controller stands among others",
            membership: "12:cpu,cpuacct:/docker/a\n7:hugetlb,memory:/docker/a\n0::/docker/a\n",
            files: [
                "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
                "/sys/fs/cgroup/memory/docker/a/memory.limit_in_bytes": "402653184\n",
            ],
            octets: 384 << 20
        ),
        Row(
            testDescription: "the first version inside a container, where the path is the host's",
            membership: "7:memory:/kubepods/burstable/pod1/a\n",
            files: ["/sys/fs/cgroup/memory/memory.limit_in_bytes": "402653184\n"],
            octets: 384 << 20
        ),
        Row(
            testDescription: "no limit in either version",
            membership: "7:memory:/\n0::/\n",
            files: [
                "/sys/fs/cgroup/memory.max": "max\n",
                "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
            ],
            octets: machine,
            source: .machine
        ),
        Row(testDescription: "no cgroup", octets: machine, source: .machine),
        Row(
            testDescription: "text that makes no sense",
            membership: "0:\n:::::\nmemory\n0::/a\n",
            files: ["/sys/fs/cgroup/memory.max": "", "/sys/fs/cgroup/a/memory.max": "-5 99999999999999999999"],
            octets: machine,
            source: .machine
        ),
    ]

    @Test(arguments: rows)
    func `the lowest limit of the cgroups is found, or else the machine's memory`(row: Row) {
        let limit = MemoryLimit { path in
            switch path {
            case "/proc/self/cgroup": row.membership
            case "/proc/meminfo": Self.meminfo
            default: row.files[path]
            }
        }
        #expect(limit.octets == row.octets)
        #expect(limit.source == row.source)
    }

    @Test func `nothing that can be read is a small machine`() {
        let limit = MemoryLimit { _ in nil }
        #expect(limit.octets == 512 << 20)
        #expect(limit.source == .unknown)
        #expect(MemoryLimit { $0 == "/proc/meminfo" ? "MemTotal: x kB\nMemTotal:" : nil } == limit)
    }

    @Test(arguments: [
        (512 << 20, 128 << 20), (256 << 20, 64 << 20), (1 << 10, 1 << 20), (64 << 30, 512 << 20),
    ])
    func `received routes get a quarter within bounds`(octets: Int, share: Int) {
        let limit = MemoryLimit { path in
            switch path {
            case "/proc/self/cgroup": "0::/"
            case "/sys/fs/cgroup/memory.max": "\(octets)"
            default: nil
            }
        }
        #expect(limit.receivedRoutes == share)
    }

    @Test func `the kernel of this machine says something`() {
        #expect(MemoryLimit.read().source != .unknown)
    }

    @Test(
        arguments: [
            ("134217728", 134_217_728), ("128Mi", 128 << 20), ("1Gi", 1 << 30), ("64Ki", 64 << 10),
            ("128M", 128_000_000),
            ("3k", 3000), ("2G", 2_000_000_000), ("0", 0), ("", nil), ("Mi", nil), ("-1Mi", nil), ("1.5Gi", nil),
            ("1 Mi", nil), ("128mi", nil), ("1MiB", nil), ("9999999999999Gi", nil), ("99999999999999999999", nil),
            ("١", nil),
        ] as [(String, Int?)]
    )
    func `an amount of memory is a quantity of Kubernetes`(text: String, octets: Int?) {
        #expect(MemorySize(text)?.octets == octets)
    }

    @Test func `an amount is printed in the greatest unit that fits`() {
        let amounts = [128 << 20, 1 << 30, 1000, 1536 << 10, 0].map { MemorySize(octets: $0).description }
        #expect(amounts == ["128Mi", "1Gi", "1000", "1536Ki", "0"])
    }
}
