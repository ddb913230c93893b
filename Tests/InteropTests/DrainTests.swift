import BGPTypes
import TestSupport
import Testing

extension Interop {
    /// The homelab again, with nodes that are taken out of service.
    @Suite struct DrainTests {
        @Test func `a drained node loses its traffic before its route, keeps its sessions, and comes back`()
            async throws
        {
            try await Homelab.with { homelab in
                try await homelab.setPolicy("Cluster")
                let all: NextHops = [homelab.vip: ["10.86.5.204", "10.86.5.205", "10.86.5.206"]]
                let rest: NextHops = [homelab.vip: ["10.86.5.204", "10.86.5.206"]]
                try await homelab.settles(at: all)
                let before = try await homelab.monitor.changes(
                    of: homelab.vip,
                    until: ["10.86.5.204", "10.86.5.205", "10.86.5.206"]
                )
                let drained = try await homelab.cluster.kubectl.bgp("drain", "worker-205", "--grace-period", "2")
                #expect(drained.succeeded, "\(drained.output)\(drained.errors)")
                try await homelab.settles(at: rest)
                #expect(
                    homelab.monitor.changes(of: homelab.vip).dropFirst(before).map(\.nextHops)
                        == [["10.86.5.204", "10.86.5.206"]],
                    "the kernel's route changed once, when routers were asked to prefer others"
                )
                #expect(try await homelab.router.neighbors() == Homelab.threeSessions)

                // A cordon on top changes nothing, and its speaker comes back drained.
                try await homelab.cluster.kubectl("cordon", "worker-205")
                await homelab.cluster.programs.stop("worker-205")
                try await homelab.cluster.startSpeaker("worker-205")
                try await eventually("all three are back", is: Homelab.threeSessions, within: .seconds(60)) {
                    try await homelab.router.neighbors()
                }
                try await homelab.settlesFresh()
                try await homelab.settles(at: rest)

                let undrained = try await homelab.cluster.kubectl.bgp("undrain", "worker-205")
                #expect(undrained.succeeded, "\(undrained.output)\(undrained.errors)")
                try await homelab.settles(at: all)
            }
        }

        @Test func `a drained node keeps what no other node announces, at lowest preference, until it is forced`()
            async throws
        {
            try await Homelab.with { homelab in
                try await homelab.settles(at: [homelab.vip: ["10.86.5.206"]])
                let drained = try await homelab.cluster.kubectl.bgp("drain", "worker-206", "--grace-period", "0")
                #expect(drained.status == .exited(3), "\(drained.output)\(drained.errors)")
                try await eventually("the router has it with preference 0", is: [0]) {
                    try await homelab.router.table(.ipv4).routes[homelab.vip, default: []].map(\.localPreference)
                }
                let explained = try await homelab.cluster.kubectl.bgp("explain", "route", homelab.vip)
                #expect(explained.output.contains("LastAnnouncer"))
                let forced = try await homelab.cluster.kubectl.bgp("drain", "worker-206", "--force")
                #expect(forced.succeeded, "\(forced.output)\(forced.errors)")
                try await homelab.settles(at: [:])
                #expect(try await homelab.router.neighbors() == Homelab.threeSessions)
            }
        }
    }
}
