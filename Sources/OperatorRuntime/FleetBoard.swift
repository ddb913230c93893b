import BGPResources
import KubeModel
import PlainMetrics
import Planning
import Synchronization

/// What the leader knows of the cluster, for whoever asks for metrics; the other replicas know none of it.
final class FleetBoard: Sendable {
    private struct State {
        var isLeading = false
        var pools: [String: LoadBalancerIPPool.Status] = [:]
        var disabledPools: Set<String> = []
        var services: ServiceCounts?
    }

    private let rendering: LastRendering
    private let state = Mutex(State())

    init(rendering: LastRendering) {
        self.rendering = rendering
    }

    /// Notes that this replica leads, or does no longer, and forgets what another one knows better.
    func lead(_ isLeading: Bool) { state.withLock { $0 = State(isLeading: isLeading) } }

    /// Notes how full the pools are, which of them are disabled, and how the Services are served.
    func show(_ report: AddressReport) {
        state.withLock { state in
            guard state.isLeading else { return }
            state.pools = report.pools
            state.disabledPools = report.disabledPools
            state.services = report.services
        }
    }

    /// What there is to tell now.
    var samples: [MetricSample] {
        let state = state.withLock { $0 }
        var samples = [MetricDescription.leader.sample(is: state.isLeading ? 1 : 0)]
        guard state.isLeading else { return samples }
        for (name, status) in state.pools {
            samples += Self.ofPool(name, status, isDisabled: state.disabledPools.contains(name))
        }
        if let services = state.services { samples += Self.ofServices(services) }
        if let rendered = rendering.current { samples += Self.ofClusterConfigs(rendered) }
        return samples
    }

    private static func ofPool(
        _ name: String,
        _ status: LoadBalancerIPPool.Status,
        isDisabled: Bool
    ) -> [MetricSample] {
        var samples = [
            MetricDescription.poolConflict.sample([name], is: status.conflicts.isEmpty ? 0 : 1),
            MetricDescription.poolDisabled.sample([name], is: isDisabled ? 1 : 0),
        ]
        for (family, usage) in [("ipv4", status.ipv4), ("ipv6", status.ipv6)] {
            guard let usage, let total = Double(usage.total), let used = Double(usage.used),
                let available = Double(usage.available)
            else { continue }
            samples.append(MetricDescription.poolAddresses.sample([name, family], is: total))
            samples.append(MetricDescription.poolAddressesUsed.sample([name, family], is: used))
            samples.append(MetricDescription.poolAddressesAvailable.sample([name, family], is: available))
        }
        return samples
    }

    private static func ofServices(_ counts: ServiceCounts) -> [MetricSample] {
        [
            MetricDescription.services.sample(["satisfied"], is: Double(counts.satisfied)),
            MetricDescription.services.sample(["pending"], is: Double(counts.pending)),
        ]
    }

    private static func ofClusterConfigs(_ rendered: RenderedCluster) -> [MetricSample] {
        var configured: [String: Int] = [:]
        for owner in rendered.nodeConfigs.compactMap(\.metadata.controller)
        where owner.kind == BGPClusterConfig.type.kind {
            configured[owner.name, default: 0] += 1
        }
        var samples: [MetricSample] = []
        for config in rendered.clusterConfigs {
            let (name, status) = (config.name, config.status)
            let nodes = [
                ("selected", status.nodes?.matched ?? 0), ("configured", configured[name] ?? 0),
                ("ready", status.nodes?.applied ?? 0),
            ]
            for (state, count) in nodes {
                samples.append(MetricDescription.nodes.sample([name, state], is: Double(count)))
            }
            let sessions = [
                ("expected", status.sessions?.total ?? 0), ("established", status.sessions?.established ?? 0),
            ]
            for (state, count) in sessions {
                samples.append(MetricDescription.sessions.sample([name, state], is: Double(count)))
            }
            let ready: Double =
                switch status.conditions.of(.ready)?.status {
                case .true: 1
                case .false: 0
                case .unknown, nil: -1
                }
            samples.append(MetricDescription.clusterConfigReady.sample([name], is: ready))
        }
        return samples
    }
}
