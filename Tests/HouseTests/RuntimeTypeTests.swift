import TestSupport
import Testing

/// The runtimes carry events in and effects out, and decide nothing: every type of theirs is of one of these roles.
struct RuntimeTypeTests {
    private enum Role {
        /// Hands events to a value of Planning and carries out what it orders, or is a list of such services.
        case driver
        /// Holds what was read, for those who decide and those who look.
        case stores
        /// Shows, to people or to who asks for metrics.
        case page
        /// What a program is started with, or has to be granted.
        case settings
    }

    private static let types: [String: [String: Role]] = [
        "OperatorRuntime": [
            "AddressDriver": .driver,
            "AddressReaders": .stores,
            "AddressReconciler": .driver,
            "ClaimPages": .driver,
            "ClusterReconciler": .driver,
            "DryRun": .driver,
            "FleetBoard": .page,
            "InstallationCheck": .driver,
            "LastRendering": .stores,
            "LeaderWork": .driver,
            "Operator": .driver,
            "OperatorConfiguration": .settings,
            "OperatorPages": .page,
            "OperatorStores": .stores,
            "ReconcileMetrics": .page,
            "RequiredRight": .settings,
        ],
        "SpeakerRuntime": [
            "LocalPages": .page,
            "NetworkWatch": .driver,
            "NodeDriver": .driver,
            "NodeErrands": .driver,
            "NodeMetrics": .page,
            "NodeObjectReader": .stores,
            "NodeService": .driver,
            "NodeStatusService": .driver,
            "OtherNodes": .driver,
            "OwnerReader": .stores,
            "OwnerStores": .stores,
            "PasswordStore": .stores,
            "PodNetworkReader": .stores,
            "PodNetworkStores": .stores,
            "RoutePage": .page,
            "RouteQuery": .page,
            "SecretNames": .stores,
            "ServedReader": .stores,
            "SessionEventRecorder": .driver,
            "SpeakerConfiguration": .settings,
            "SpeakerPages": .page,
            "SpeakerProgram": .driver,
            "SpeakerStores": .stores,
            "StateDirectory": .driver,
            "StateStore": .driver,
        ],
    ]

    @Test(arguments: types.keys.sorted())
    func `every type of a runtime has a role, and none of them decides`(target: String) throws {
        let pattern =
            /^(?:package |private |fileprivate )?(?:final )?(?:struct|class|actor|enum|protocol) (\w+)/
        var found: Set<String> = []
        for file in try SourceFile.all(under: "Sources/\(target)") {
            for line in file.code {
                if let name = line.text.firstMatch(of: pattern)?.output.1 { found.insert(String(name)) }
            }
        }
        #expect(found.sorted() == Self.types[target]?.keys.sorted())
    }
}
