// swift-tools-version: 6.2
// The package manager does not hold targets to the rows of the house (README, "How it is built");
// Tests/HouseTests does, against the imports declared here and the import lines of every file.
import PackageDescription

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let asyncHTTPClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let metrics: Target.Dependency = .product(name: "Metrics", package: "swift-metrics")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioEmbedded: Target.Dependency = .product(name: "NIOEmbedded", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let unixSignals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let serviceLifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")

/// How the programs are linked for release that run in pods.
///
/// They speak to the network, so they lie at an address that nobody knows, and what is looked up once cannot be written
/// afterwards (full RELRO). What a relocation touches is memory: the packed form of relocations, which takes lld and glibc
/// 2.36, makes that as little as a fixed address does. Nothing is loaded that would look for symbols, so their names are
/// left out, and so is what plugin/link.ld says: images have to be fetched by every node.
let inPods: [LinkerSetting] = [
    .unsafeFlags(
        [
            "-use-ld=lld", "-Xclang-linker", "-pie", "-Xlinker", "-z", "-Xlinker", "relro", "-Xlinker", "-z",
            "-Xlinker", "now", "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs", "-Xlinker",
            "--no-export-dynamic", "-Xlinker", "--icf=safe", "-Xlinker", "--no-eh-frame-hdr", "-Xlinker", "-T",
            "-Xlinker", "\(Context.packageDirectory)/plugin/link.ld",
        ],
        .when(platforms: [.linux], configuration: .release)
    )
]

let package = Package(
    name: "martlet",
    // The programs are built for Linux with glibc: sockets, netlink and inotify are Linux'. This line serves editors on a Mac.
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "bgp-operator", targets: ["bgp-operator"]),
        .executable(name: "bgp-speaker", targets: ["bgp-speaker"]),
        .executable(name: "bgp-lab", targets: ["bgp-lab"]),
        .executable(name: "kubectl-bgp", targets: ["kubectl-bgp-program"]),
    ],
    // No lock file is kept, so these versions are exact.
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", exact: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    ],
    targets: [
        // Row 1: knowledge. Pure values.
        .target(name: "PlainText"),
        .target(name: "Pacing"),
        .target(name: "BGPTypes", dependencies: ["PlainText"]),
        .target(name: "BGPWire", dependencies: ["BGPTypes", "PlainText", nioCore]),
        .target(name: "BGPEngine", dependencies: ["BGPWire", "BGPTypes", "PlainText", "Pacing", nioCore]),
        .target(name: "KubeJSON", dependencies: ["PlainText"]),
        .target(name: "KubeModel", dependencies: ["KubeJSON", "PlainText"]),
        .target(name: "BGPResources", dependencies: ["KubeJSON", "KubeModel", "BGPTypes", "PlainText"]),
        .target(name: "SpeakerAPI", dependencies: ["BGPResources", "KubeJSON", "KubeModel", "PlainText", "BGPTypes"]),

        // Row 2: decision. Pure functions.
        .target(
            name: "Planning",
            dependencies: [
                "SpeakerAPI", "BGPResources", "KubeJSON", "KubeModel", "BGPTypes", "BGPEngine", "BGPWire", "Pacing",
                "PlainText",
            ]
        ),
        .target(
            name: "Inspection",
            dependencies: [
                "Planning", "SpeakerAPI", "BGPResources", "KubeJSON", "KubeModel", "BGPTypes", "BGPEngine", "PlainText",
            ]
        ),

        // Row 3: in and out.
        .target(name: "Signals"),
        .target(name: "PlainMetrics", dependencies: [metrics]),
        .target(name: "LogKeys", dependencies: [logging]),
        .target(
            name: "PlainLogging",
            dependencies: [
                "LogKeys", "PlainMetrics", "KubeJSON", "PlainText", serviceLifecycle, unixSignals, logging,
                metrics,
            ]
        ),
        .target(name: "CLinuxSockets"),
        .target(
            name: "BGPTransport",
            dependencies: [
                "LogKeys", "CLinuxSockets", "PlainMetrics", "Signals", "BGPEngine", "BGPWire", "BGPTypes", "PlainText",
                nioCore,
                nioPosix,
                serviceLifecycle, logging, metrics,
            ]
        ),
        .systemLibrary(name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .target(name: "KubeYAML", dependencies: ["CLibYAML", "KubeJSON", "KubeModel"]),
        .target(
            name: "KubeClient",
            dependencies: [
                "LogKeys", "KubeYAML", "PlainMetrics", "Signals", "Pacing", "KubeJSON", "KubeModel", "BGPTypes",
                "PlainText",
                asyncHTTPClient, nioCore, nioHTTP1, nioPosix, nioSSL, serviceLifecycle, logging, metrics,
            ]
        ),
        .target(
            name: "AdminServer",
            dependencies: [
                "LogKeys", "PlainMetrics", "KubeJSON", "KubeModel", nioCore, nioHTTP1, nioPosix, nioSSL, metrics,
                logging,
                serviceLifecycle,
            ]
        ),
        .target(
            name: "AdminSecurity",
            dependencies: [
                "LogKeys", "AdminServer", "KubeClient", "KubeJSON", "KubeModel", "PlainText", "BGPTypes", crypto,
                nioSSL,
                serviceLifecycle,
                logging,
            ]
        ),

        .target(
            name: "Reconciling",
            dependencies: ["LogKeys", "KubeClient", "Signals", "Pacing", "KubeModel", logging]
        ),

        // Row 4: services.
        .target(
            name: "OperatorRuntime",
            dependencies: [
                "LogKeys", "Planning", "Reconciling", "Signals", "KubeClient", "AdminSecurity",
                "AdminServer", "PlainMetrics", "BGPResources", "SpeakerAPI",
                "KubeJSON", "KubeModel", "BGPTypes", "PlainText", serviceLifecycle, logging, metrics,
            ]
        ),
        .target(
            name: "SpeakerRuntime",
            dependencies: [
                "LogKeys", "Planning", "Reconciling", "Signals", "Pacing", "BGPTransport", "BGPEngine", "BGPWire",
                "KubeClient", "AdminSecurity", "SpeakerAPI",
                "AdminServer", "PlainMetrics", "BGPResources", "KubeJSON", "KubeModel", "BGPTypes", "PlainText",
                serviceLifecycle, logging, metrics,
            ]
        ),
        .target(
            name: "LabAPIServer",
            dependencies: [
                "KubeClient", "KubeYAML", "AdminServer", "BGPResources", "KubeJSON", "KubeModel", "PlainText",
                "BGPTypes",
                asyncHTTPClient,
                hummingbird, nioCore, nioHTTP1, nioSSL, serviceLifecycle, logging,
            ]
        ),
        .target(
            name: "Lab",
            dependencies: [
                "LabAPIServer", "OperatorRuntime", "SpeakerRuntime", "Signals", "Planning", "AdminSecurity",
                "AdminServer", "BGPTransport", "BGPEngine", "BGPWire", "KubeClient", "KubeYAML", "PlainLogging",
                "PlainMetrics", "BGPResources", "KubeJSON", "KubeModel", "BGPTypes", serviceLifecycle, logging,
            ]
        ),

        // Row 5: programs, and what their command lines have in common.
        .target(name: "CommandLine", dependencies: ["Planning", argumentParser]),
        .target(
            name: "DaemonOptions",
            dependencies: [
                "LogKeys", "CommandLine", "AdminSecurity", "AdminServer", "KubeClient", "BGPTypes", "PlainLogging",
                "PlainMetrics",
                argumentParser, logging, metrics,
            ]
        ),
        .executableTarget(
            name: "bgp-operator",
            dependencies: [
                "CommandLine", "DaemonOptions", "OperatorRuntime", "Planning", "AdminServer",
                "KubeClient",
                "BGPTypes",
                "PlainLogging", argumentParser, serviceLifecycle, unixSignals, logging,
            ],
            linkerSettings: inPods
        ),
        .executableTarget(
            name: "bgp-speaker",
            dependencies: [
                "LogKeys", "kubectl-bgp", "CommandLine", "DaemonOptions", "SpeakerRuntime", "Planning", "AdminServer",
                "KubeClient", "BGPTypes",
                "PlainLogging", argumentParser, serviceLifecycle, unixSignals, logging, nioCore,
            ],
            linkerSettings: inPods
        ),
        .executableTarget(
            name: "bgp-lab",
            dependencies: [
                "kubectl-bgp", "KubeModel", "PlainText", "CommandLine", "DaemonOptions", "Lab", "PlainLogging",
                argumentParser,
                serviceLifecycle,
                unixSignals,
                logging,
            ]
        ),
        // All of the plugin but its entry point, since the speaker's program is the plugin, too, when called by its name.
        .target(
            name: "kubectl-bgp",
            dependencies: [
                "CommandLine", "Planning", "Signals", "KubeClient", "KubeYAML", "BGPResources", "KubeJSON", "KubeModel",
                "BGPTypes",
                "PlainText", argumentParser, logging, "Inspection", "SpeakerAPI",
            ],
            path: "plugin/Sources"
        ),
        .executableTarget(
            name: "kubectl-bgp-program",
            dependencies: ["kubectl-bgp"],
            path: "plugin/Program",
            // Nothing is loaded into the plugin that would look for its symbols, whose names are a tenth of the program;
            // plugin/link.ld says what else is left out, and takes the toolchain's own linker to read it.
            linkerSettings: [
                .unsafeFlags(
                    [
                        "-use-ld=lld", "-Xlinker", "--no-export-dynamic", "-Xlinker", "--no-eh-frame-hdr",
                        "-Xlinker", "-T", "-Xlinker", "\(Context.packageDirectory)/plugin/link.ld",
                    ],
                    .when(platforms: [.linux], configuration: .release)
                )
            ]
        ),

        // Tests, one target per target of the house, and those that cut across it.
        .target(
            name: "TestSupport",
            dependencies: ["BGPTypes", "BGPWire", "KubeJSON", "KubeModel", logging],
            path: "Tests/TestSupport"
        ),
        .target(
            name: "Fixtures",
            dependencies: ["Planning", "BGPResources", "KubeJSON", "KubeModel", "PlainText", "BGPEngine", "BGPTypes"],
            path: "Tests/Fixtures"
        ),
        .target(
            name: "KubeServerConformance",
            dependencies: ["KubeClient", "KubeJSON", "KubeModel"],
            path: "Tests/KubeServerConformance"
        ),
        .target(
            name: "TestCluster",
            dependencies: [
                "Pacing", "LabAPIServer", "KubeClient", "KubeJSON", "KubeModel", "KubeYAML", "TestSupport",
                serviceLifecycle,
                logging,
            ],
            path: "Tests/TestCluster"
        ),
        .target(
            name: "HostileInput",
            dependencies: [
                "Inspection", "Planning", "KubeYAML", "BGPResources", "KubeJSON", "KubeModel", "PlainText", "BGPEngine",
                "BGPWire",
                "BGPTypes",
                "TestSupport", nioCore,
            ],
            path: "Tests/Hostile/Probes"
        ),
        .executableTarget(
            name: "martlet-fuzz",
            dependencies: ["HostileInput", "TestSupport"],
            path: "Tests/Hostile/Program"
        ),
        .testTarget(name: "CommandLineTests", dependencies: ["CommandLine", "KubeJSON", "KubeModel", "TestSupport"]),
        .testTarget(name: "HouseTests", dependencies: ["LogKeys", "TestSupport"]),
        .testTarget(name: "PacingTests", dependencies: ["Pacing"]),
        .testTarget(name: "SignalsTests", dependencies: ["Signals"]),
        .testTarget(
            name: "ReconcilingTests",
            dependencies: [
                "Reconciling", "KubeClient", "Signals", "Pacing", "KubeJSON", "KubeModel", "TestSupport", logging,
            ]
        ),
        .testTarget(name: "PlainTextTests", dependencies: ["PlainText"]),
        .testTarget(
            name: "PlainLoggingTests",
            dependencies: [
                "PlainLogging", "AdminServer", "KubeJSON", "KubeModel", "PlainText", serviceLifecycle, logging,
            ]
        ),
        .testTarget(name: "BGPTypesTests", dependencies: ["BGPTypes"]),
        .testTarget(
            name: "BGPWireTests",
            dependencies: ["BGPWire", "BGPTypes", "TestSupport", nioCore]
        ),
        .testTarget(
            name: "BGPEngineTests",
            dependencies: ["BGPEngine", "BGPWire", "BGPTypes", "HostileInput", "TestSupport", nioCore]
        ),
        .testTarget(name: "KubeJSONTests", dependencies: ["KubeJSON", "KubeModel"]),
        .testTarget(name: "KubeModelTests", dependencies: ["KubeJSON", "KubeModel", "PlainText", "TestSupport"]),
        .testTarget(
            name: "BGPResourcesTests",
            dependencies: ["BGPResources", "KubeJSON", "KubeModel", "KubeYAML", "BGPTypes", "TestSupport"]
        ),
        .testTarget(
            name: "SpeakerAPITests",
            dependencies: ["SpeakerAPI", "BGPResources", "KubeJSON", "KubeModel", "PlainText", "BGPTypes"]
        ),
        .testTarget(
            name: "PlanningTests",
            dependencies: [
                "Planning", "SpeakerAPI", "BGPResources", "KubeJSON", "KubeModel", "PlainText", "BGPTypes", "BGPEngine",
                "BGPWire",
                "HostileInput", "Fixtures", "TestSupport",
            ]
        ),
        .testTarget(
            name: "InspectionTests",
            dependencies: [
                "Inspection", "Planning", "SpeakerAPI", "BGPResources", "KubeJSON", "KubeModel", "PlainText",
                "BGPTypes",
                "BGPEngine",
                "Fixtures", "TestSupport",
            ]
        ),
        .testTarget(
            name: "BGPTransportTests",
            dependencies: [
                "Signals",
                "BGPTransport", "BGPEngine", "BGPWire", "BGPTypes", "PlainText", "AdminServer", "TestSupport", nioCore,
                nioPosix, serviceLifecycle, logging,
            ]
        ),
        .testTarget(name: "KubeYAMLTests", dependencies: ["KubeYAML", "KubeJSON", "KubeModel"]),
        .testTarget(
            name: "KubeClientTests",
            dependencies: [
                "Signals", "Pacing",
                "KubeClient", "KubeJSON", "KubeModel", "PlainText", "AdminServer", "PlainMetrics", "TestSupport",
                nioCore, nioPosix,
                nioSSL,
                serviceLifecycle, logging,
            ]
        ),
        .testTarget(
            name: "AdminServerTests",
            dependencies: [
                "HostileInput", "TestSupport", "KubeJSON", "KubeModel", "PlainMetrics", nioPosix, "AdminServer",
                asyncHTTPClient,
                metrics, nioCore,
                nioEmbedded, nioHTTP1, nioSSL, logging,
            ]
        ),
        .testTarget(
            name: "AdminSecurityTests",
            dependencies: [
                "AdminSecurity", "AdminServer", "KubeClient", "KubeJSON", "KubeModel", "TestCluster", "TestSupport",
                asyncHTTPClient, nioCore, nioHTTP1, nioSSL, logging, serviceLifecycle,
            ]
        ),
        .testTarget(
            name: "OperatorRuntimeTests",
            dependencies: [
                "OperatorRuntime", "Planning", "AdminServer", "PlainMetrics", "KubeClient", "KubeYAML", "BGPResources",
                "KubeJSON", "KubeModel",
                "BGPTypes",
                "TestCluster",
                "TestSupport", serviceLifecycle, logging,
            ]
        ),
        .testTarget(
            name: "SpeakerRuntimeTests",
            dependencies: [
                "Signals", "SpeakerRuntime", "AdminServer", "PlainMetrics", "Planning", "KubeClient", "KubeYAML",
                "BGPTransport", "SpeakerAPI",
                "BGPResources",
                "BGPEngine",
                "BGPWire", "KubeJSON", "KubeModel", "BGPTypes", "LabAPIServer", "Lab", "TestCluster", "HostileInput",
                "TestSupport",
                serviceLifecycle, logging,
            ],
            exclude: ["Earlier"]
        ),
        .testTarget(
            name: "LabAPIServerTests",
            dependencies: [
                "LabAPIServer", "AdminSecurity", "AdminServer", "KubeServerConformance", "KubeClient", "KubeJSON",
                "KubeModel",
                "HostileInput", "TestSupport", nioPosix, serviceLifecycle, logging,
            ]
        ),
        .testTarget(name: "LabTests", dependencies: ["Lab", "TestSupport"]),
        .testTarget(
            name: "InteropTests",
            dependencies: [
                "SpeakerAPI", "TestSupport", "Planning", "BGPResources", "KubeJSON", "KubeModel", "PlainText",
                "KubeYAML",
                "BGPTypes",
            ],
            exclude: ["Manifests"]
        ),
        .testTarget(
            name: "ShippingTests",
            dependencies: ["TestSupport", "BGPTypes", "KubeJSON", "KubeModel", "KubeYAML"],
            exclude: ["Chart"]
        ),
        .testTarget(
            name: "AgreementTests",
            dependencies: [
                "Inspection", "kubectl-bgp", "LabAPIServer", "Lab", "OperatorRuntime", "SpeakerRuntime",
                "AdminSecurity",
                "AdminServer",
                "PlainMetrics", "Planning", "BGPTransport",
                "BGPEngine",
                "BGPWire", "KubeClient", "BGPResources", "KubeJSON", "KubeModel", "PlainText", "BGPTypes",
                "TestCluster",
                "TestSupport",
                serviceLifecycle,
            ]
        ),
        .testTarget(
            name: "PluginTests",
            dependencies: [
                "Inspection", "SpeakerAPI", "kubectl-bgp", "CommandLine", "Planning", "KubeClient", "BGPResources",
                "KubeJSON", "KubeModel", "PlainText", "BGPTypes",
                "TestSupport", argumentParser,
            ]
        ),
    ]
)

// One strictness for every target of ours.
for target in package.targets where target.type != .system {
    target.swiftSettings = [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
        .treatAllWarnings(as: .error),
    ]
}
