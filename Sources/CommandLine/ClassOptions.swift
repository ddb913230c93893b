package import ArgumentParser
package import Planning

/// Which load balancers an installation serves, as operator, speakers and plugin are told.
package struct ClassOptions: ParsableArguments {
    @Option(
        name: .customLong("load-balancer-class"),
        help: ArgumentHelp(
            """
            A loadBalancerClass whose Services are served, instead of \(LoadBalancerClasses.usual); repeatable. Operator and \
            speakers are to be told the same.
            """,
            valueName: "class"
        )
    )
    package var classes: [String] = []

    @Option(
        help: ArgumentHelp(
            "Whether Services of type LoadBalancer without a loadBalancerClass are served, too. true unless given.",
            valueName: "true|false"
        )
    )
    package var unclassed: Bool?

    package init() {}

    package func validate() throws {
        for text in classes where !LoadBalancerClasses.isClass(text) {
            throw ValidationError(
                "--load-balancer-class: expected a name such as \(LoadBalancerClasses.usual), found \"\(text)\""
            )
        }
    }

    /// What the options say; nil where neither is given.
    package var given: LoadBalancerClasses? {
        classes.isEmpty && unclassed == nil ? nil : effective
    }

    /// What the options say, with the defaults of an installation.
    package var effective: LoadBalancerClasses {
        LoadBalancerClasses(classes, includesUnclassed: unclassed ?? true)
    }
}
