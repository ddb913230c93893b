import BGPResources
import BGPTypes
import KubeJSON
import KubeModel
import Testing

/// What an absent field means.
struct DefaultsTests {
    @Test func `an empty PeerConfig is a session with the defaults of RFC 4271 and nothing to announce`() throws {
        let spec = try JSON.decode(BGPPeerConfig.Spec.self, from: "{}")
        #expect(spec.effectivePeerPort == 179)
        #expect(spec.effectiveConnectRetryTimeSeconds == 120)
        #expect(spec.effectiveHoldTimeSeconds == 90)
        #expect(spec.effectiveKeepAliveTimeSeconds == 30)
        #expect(spec.effectiveRestartTimeSeconds == nil)
        #expect(spec.effectiveEBGPMultihop == 1)
        #expect(spec.effectiveFamilies.map(\.family) == [.ipv6Unicast, .ipv4Unicast])
        #expect(spec.effectiveFamilies.map(\.advertisements) == [nil, nil])
    }

    @Test(arguments: [(3, 1), (9, 3), (30, 10), (90, 30), (180, 30), (65535, 30)])
    func `the default keepalive time never reaches the hold time`(hold: Int, keepAlive: Int) {
        let spec = BGPPeerConfig.Spec(timers: .init(holdTimeSeconds: hold))
        #expect(spec.effectiveKeepAliveTimeSeconds == keepAlive)
    }

    @Test func `graceful restart that is switched off has no restart time`() {
        let off = BGPPeerConfig.Spec(
            gracefulRestart: .init(enabled: false, restartTimeSeconds: 15, longLivedStaleTimeSeconds: 60)
        )
        let on = BGPPeerConfig.Spec(gracefulRestart: .init(enabled: true, restartTimeSeconds: 15))
        #expect(off.effectiveRestartTimeSeconds == nil)
        #expect(off.effectiveLongLivedStaleTimeSeconds == nil)
        #expect(on.effectiveRestartTimeSeconds == 15)
    }

    @Test func `families that are written are taken as they are`() {
        let families = [BGPPeerConfig.FamilyEntry(afi: .ipv4, safi: .unicast, advertisements: LabelSelector())]
        #expect(BGPPeerConfig.Spec(families: families).effectiveFamilies == families)
    }

    @Test func `services without endpoints are withdrawn and the exclusion label is honoured`() {
        #expect(BGPAdvertisement.ServiceOptions(addresses: [.clusterIP]).effectiveWhenNoEndpoints == .withdraw)
        #expect(BGPClusterConfig.Spec(bgpInstances: []).effectiveNodeExclusion == .honor)
        #expect(BGPNodeConfig.Spec(nodeExclusion: .ignore, bgpInstances: []).effectiveNodeExclusion == .ignore)
    }

    @Test func `aggregation is looked up by family`() {
        let options = BGPAdvertisement.ServiceOptions(
            addresses: [.loadBalancerIP],
            aggregationLengthIPv4: 24,
            aggregationLengthIPv6: 64
        )
        #expect(options.aggregationLength(.ipv4) == 24)
        #expect(options.aggregationLength(.ipv6) == 64)
    }

    @Test func `absent and empty selectors stay different, absent and empty lists do not`() throws {
        let text =
            #"{"families":[{"afi":"ipv4","safi":"unicast","advertisements":{}},{"afi":"ipv6","safi":"unicast"}]}"#
        let spec = try JSON.decode(BGPPeerConfig.Spec.self, from: text)
        #expect(spec.families.map(\.advertisements) == [LabelSelector(), nil])
        #expect(try JSON.encode(spec) == JSON.encode(JSON.decode(JSONValue.self, from: text)))

        let absent = try JSON.decode(BGPPeerConfig.Spec.self, from: "{}")
        #expect(try JSON.decode(BGPPeerConfig.Spec.self, from: #"{"families":[]}"#) == absent)
        #expect(try JSON.tree(absent) == [:])
    }
}
