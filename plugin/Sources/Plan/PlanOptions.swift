package import ArgumentParser
import BGPTypes
package import CommandLine
package import Inspection
package import Planning

/// The manifests and the settings of operator and speakers that a plan is made with.
package struct PlanOptions: ParsableArguments {
    @Option(
        name: [.customShort("f", allowingJoined: true), .customLong("filename")],
        parsing: .upToNextOption,
        help: ArgumentHelp("Files, directories or - for standard input, with manifests.", valueName: "path")
    )
    package var files: [String] = []

    @Option(
        name: .customLong("router-id-pool"),
        help: ArgumentHelp("The operator's --router-id-pool (default: 198.18.0.0/15).", valueName: "cidr")
    )
    package var routerIDPool: String?

    @Option(
        name: .customLong("speaker-namespace"),
        help: ArgumentHelp("Where the speakers and the Secrets with passwords are.", valueName: "namespace")
    )
    package var speakerNamespace: String = "martlet-system"

    @Option(
        name: .customLong("service-cidr"),
        help: ArgumentHelp("The operator's --service-cidr, which no pool may overlap; repeatable.", valueName: "cidr")
    )
    package var serviceNetworks: [String] = []

    @Option(
        name: .customLong("max-addresses-per-namespace"),
        help: ArgumentHelp("The operator's --max-addresses-per-namespace; 0 is any number.", valueName: "number")
    )
    package var maxAddressesPerNamespace = AddressLimits.defaultPerNamespace

    @Option(
        name: .customLong("max-routes-per-service"),
        help: ArgumentHelp("The speakers' --max-routes-per-service; 0 for no bound.", valueName: "count")
    )
    package var maxRoutesPerService: Int = RouteBounds().perService

    @Option(
        name: .customLong("max-routes-per-namespace"),
        help: ArgumentHelp("The speakers' --max-routes-per-namespace; 0 for no bound.", valueName: "count")
    )
    package var maxRoutesPerNamespace: Int = RouteBounds().perNamespace

    @OptionGroup package var serving: ClassOptions

    package init() {}

    package func validate() throws {
        if files.isEmpty { throw ValidationError("must specify -f: the manifests to look at") }
        if let routerIDPool, IPPrefix(routerIDPool)?.family != .ipv4 {
            throw ValidationError("invalid --router-id-pool \"\(routerIDPool)\", expected an IPv4 network")
        }
        if maxAddressesPerNamespace < 0 {
            throw ValidationError(
                "invalid --max-addresses-per-namespace \(maxAddressesPerNamespace), expected 0 or more"
            )
        }
        for (count, option) in [
            (maxRoutesPerService, "--max-routes-per-service"), (maxRoutesPerNamespace, "--max-routes-per-namespace"),
        ] where count < 0 { throw ValidationError("invalid \(option) \(count), expected 0 or more") }
        for network in serviceNetworks where IPPrefix(network) == nil {
            throw ValidationError("invalid --service-cidr \"\(network)\", expected a network such as 10.96.0.0/12")
        }
    }

    /// The settings that the flags give; `noted` are the load balancers that an operator says it serves.
    package func settings(noted: LoadBalancerClasses? = nil) -> PlanSettings {
        PlanSettings(
            cluster: routerIDPool.map { ClusterSettings(routerIDPool: IPPrefix($0)) } ?? ClusterSettings(),
            speakerNamespace: speakerNamespace,
            serviceNetworks: serviceNetworks.compactMap { IPPrefix($0) },
            addressLimits: AddressLimits(perNamespace: maxAddressesPerNamespace == 0 ? nil : maxAddressesPerNamespace),
            bounds: RouteBounds(perService: maxRoutesPerService, perNamespace: maxRoutesPerNamespace),
            classes: serving.given ?? noted ?? .standard
        )
    }
}
