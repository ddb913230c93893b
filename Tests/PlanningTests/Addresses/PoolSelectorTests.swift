import Fixtures
import KubeModel
import Planning
import Testing

@Suite struct PoolSelectorTests {
    @Test(arguments: [nil, LabelSelector.everything])
    func `an absent or empty serviceSelector selects every service`(selector: LabelSelector?) {
        var world = PoolWorld()
        world.setPools(pool("a", network("10.0.0.0/24"), selector: selector))
        world.put(loadBalancer("plain"))
        world.put(loadBalancer("labelled", labels: ["tier": "gold"]))
        #expect(world.addresses("plain") == ["10.0.0.0"])
        #expect(world.addresses("labelled") == ["10.0.0.1"])
    }
}
