/// The plan of the house: every target, its row, what it may import of the same row, and which foreign modules.
///
/// A target may import every target of a lower row. `Package.swift` and the `import` lines of each file are held
/// against this, since the package manager would allow anything.
enum House {
    struct Room {
        var row: Int
        var folder: String
        /// Targets of the same row that it may import.
        var beside: Set<String> = []
        /// Modules of other packages and of the toolchain that it may import.
        var foreign: Set<String> = []
    }

    static let rooms: [String: Room] = [
        // Row 1: knowledge.
        "PlainText": Room(row: 1, folder: "Sources/PlainText", foreign: ["FoundationEssentials"]),
        "Pacing": Room(row: 1, folder: "Sources/Pacing"),
        "BGPTypes": Room(row: 1, folder: "Sources/BGPTypes", beside: ["PlainText"]),
        "BGPWire": Room(
            row: 1,
            folder: "Sources/BGPWire",
            beside: ["BGPTypes", "PlainText"],
            foreign: ["NIOCore"]
        ),
        "BGPEngine": Room(
            row: 1,
            folder: "Sources/BGPEngine",
            beside: ["BGPWire", "BGPTypes", "Pacing", "PlainText"],
            // The codec's buffers are NIOCore's, so whoever hands them on has to name it.
            foreign: ["NIOCore"]
        ),
        "KubeJSON": Room(
            row: 1,
            folder: "Sources/KubeJSON",
            beside: ["PlainText"],
            foreign: ["FoundationEssentials"]
        ),
        "KubeModel": Room(
            row: 1,
            folder: "Sources/KubeModel",
            beside: ["KubeJSON", "PlainText"],
            foreign: ["FoundationEssentials"]
        ),
        "BGPResources": Room(
            row: 1,
            folder: "Sources/BGPResources",
            beside: ["KubeJSON", "KubeModel", "BGPTypes", "PlainText"]
        ),
        "SpeakerAPI": Room(
            row: 1,
            folder: "Sources/SpeakerAPI",
            beside: ["KubeJSON", "BGPResources", "KubeModel", "BGPTypes", "PlainText"]
        ),
        // Row 2: decision, and what people ask about it.
        // The files of the saved state are its documents, which it makes and reads as values.
        "Planning": Room(row: 2, folder: "Sources/Planning", foreign: ["FoundationEssentials"]),
        "Inspection": Room(row: 2, folder: "Sources/Inspection", beside: ["Planning"]),
        // Row 3: in and out.
        "Signals": Room(row: 3, folder: "Sources/Signals", foreign: ["Synchronization"]),
        "PlainMetrics": Room(row: 3, folder: "Sources/PlainMetrics", foreign: ["Metrics", "CoreMetrics"]),
        "LogKeys": Room(row: 3, folder: "Sources/LogKeys", foreign: ["Logging"]),
        "PlainLogging": Room(
            row: 3,
            folder: "Sources/PlainLogging",
            beside: ["LogKeys", "PlainMetrics"],
            foreign: toolchain.union(["Logging", "Metrics", "CoreMetrics", "ServiceLifecycle", "UnixSignals"])
        ),
        "CLinuxSockets": Room(row: 3, folder: "Sources/CLinuxSockets"),
        "BGPTransport": Room(
            row: 3,
            folder: "Sources/BGPTransport",
            beside: ["LogKeys", "CLinuxSockets", "PlainMetrics", "Signals"],
            foreign: toolchain.union(nio).union(services)
        ),
        "CLibYAML": Room(row: 3, folder: "Sources/CLibYAML"),
        "KubeYAML": Room(row: 3, folder: "Sources/KubeYAML", beside: ["CLibYAML"], foreign: toolchain),
        "KubeClient": Room(
            row: 3,
            folder: "Sources/KubeClient",
            beside: ["LogKeys", "KubeYAML", "PlainMetrics", "Signals"],
            foreign: toolchain.union(nio).union(services).union([
                "AsyncHTTPClient", "NIOHTTP1", "NIOSSL",
            ])
        ),
        "AdminServer": Room(
            row: 3,
            folder: "Sources/AdminServer",
            beside: ["LogKeys", "PlainMetrics"],
            foreign: toolchain.union(services).union(nio).union(["NIOHTTP1", "NIOSSL"])
        ),
        "AdminSecurity": Room(
            row: 3,
            folder: "Sources/AdminSecurity",
            beside: ["LogKeys", "AdminServer", "KubeClient"],
            foreign: toolchain.union(services).union(["Crypto", "NIOSSL"])
        ),
        "Reconciling": Room(
            row: 3,
            folder: "Sources/Reconciling",
            beside: ["LogKeys", "KubeClient", "Signals"],
            foreign: ["Logging"]
        ),
        // Row 4: services.
        "OperatorRuntime": Room(row: 4, folder: "Sources/OperatorRuntime", foreign: toolchain.union(services)),
        "SpeakerRuntime": Room(row: 4, folder: "Sources/SpeakerRuntime", foreign: toolchain.union(services)),
        "LabAPIServer": Room(
            row: 4,
            folder: "Sources/LabAPIServer",
            foreign: toolchain.union(services)
                .union(["AsyncHTTPClient", "Hummingbird", "HTTPTypes", "NIOCore", "NIOHTTP1", "NIOSSL"])
        ),
        "Lab": Room(
            row: 4,
            folder: "Sources/Lab",
            beside: ["LabAPIServer", "OperatorRuntime", "SpeakerRuntime"],
            foreign: toolchain.union(services)
        ),
        // Row 5: programs, and what their command lines have in common.
        "CommandLine": Room(row: 5, folder: "Sources/CommandLine", foreign: ["ArgumentParser"]),
        "DaemonOptions": Room(
            row: 5,
            folder: "Sources/DaemonOptions",
            beside: ["CommandLine"],
            foreign: ["ArgumentParser", "Logging", "Metrics", "CoreMetrics"]
        ),
        "bgp-operator": Room(row: 5, folder: "Sources/bgp-operator", beside: daemon, foreign: program),
        "bgp-speaker": Room(
            row: 5,
            folder: "Sources/bgp-speaker",
            beside: daemon.union(["kubectl-bgp"]),
            foreign: program.union(["NIOCore"])
        ),
        "bgp-lab": Room(
            row: 5,
            folder: "Sources/bgp-lab",
            beside: daemon.union(["kubectl-bgp"]),
            foreign: program
        ),
        "kubectl-bgp": Room(row: 5, folder: "plugin/Sources", beside: commandLine, foreign: program),
        "kubectl-bgp-program": Room(row: 5, folder: "plugin/Program", beside: ["kubectl-bgp"]),
    ]

    /// Rows 1 and 2 are values and functions: what happens, and when, is told to them.
    static let lastPureRow = 2

    private static let toolchain: Set<String> = [
        "FoundationEssentials", "Glibc", "Musl", "Darwin", "Synchronization", "Dispatch",
    ]
    private static let commandLine: Set<String> = ["CommandLine"]
    private static let daemon: Set<String> = ["CommandLine", "DaemonOptions"]
    private static let collections: Set<String> = [
        "Collections", "DequeModule", "OrderedCollections", "HashTreeCollections", "HeapModule",
    ]
    private static let nio: Set<String> = ["NIOCore", "NIOPosix"]
    private static let services: Set<String> = ["ServiceLifecycle", "Logging", "Metrics", "CoreMetrics"]
    private static let program: Set<String> = toolchain.union(services).union(["ArgumentParser", "UnixSignals"])

    /// What is wrong with `target` importing `module`; `nil` when it may.
    ///
    /// A module is named as its target is, with underscores in the place of hyphens.
    static func objection(to module: String, in target: String) -> String? {
        let module = rooms[module] == nil ? module.replacing("_", with: "-") : module
        guard let room = rooms[target] else { return "\(target) is not in the plan of the house" }
        guard let other = rooms[module] else {
            return room.foreign.contains(module) ? nil : "\(target) may not use \(module)"
        }
        if other.row < room.row || room.beside.contains(module) { return nil }
        return "\(target) (row \(room.row)) may not import \(module) (row \(other.row))"
    }
}
