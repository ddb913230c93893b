import TestSupport
import Testing

/// All tests with real routers, one after the other: two cores do not carry two racks.
@Suite(.serialized, .enabled(if: routers.isMet, "\(routers.comment)"), .timeLimit(.minutes(10)))
enum Interop {}

/// What every test here needs of the machine.
private let routers = Requirement.root(
    and: "ip",
    "nsenter",
    "nft",
    "vtysh",
    "/usr/lib/frr/bgpd",
    "/usr/sbin/bird",
    "\(BIRD.unpackedGenerationOne)/usr/sbin/bird",
    "kubectl"
)
