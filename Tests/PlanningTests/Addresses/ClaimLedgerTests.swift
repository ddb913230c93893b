import BGPResources
import BGPTypes
import Fixtures
import KubeModel
import Planning
import Testing

struct ClaimLedgerTests {
    private let web = ObjectKey(namespace: "shop", name: "web")
    private let dns = ObjectKey(namespace: "shop", name: "dns")

    private func address(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }

    @Test(arguments: [
        ("192.0.2.7", "192.0.2.0/24", "bgp-operator-addresses-192.0.2.0"),
        ("2001:db8::ab12", "2001:db8::ab00/120", "bgp-operator-addresses-20010db800000000000000000000ab00"),
    ])
    func `a page survives its way to the server and back`(text: String, network: String, name: String) throws {
        let address = try address(text)
        var page = ClaimPage(ClaimPage.network(of: address))
        page.version = "17"
        page.claims[address] = [AddressClaim(address, dns, basis: "5"), AddressClaim(address, web, basis: "4")]
        let object = page.configMap(in: "martlet-system")
        #expect(object.metadata.name == name)
        #expect(object.data?["network"] == network)
        #expect(object.data?["claims"] == "\(address) shop/dns 5\n\(address) shop/web 4\n")
        #expect(ClaimPage(object) == page)
    }

    @Test func `an invalid claim is left out, and an invalid page is empty`() throws {
        let address = try address("192.0.2.7")
        var object = ClaimPage(ClaimPage.network(of: address)).configMap(in: "martlet-system")
        object.data?["claims"] =
            "\n192.0.2.7 shop/web 4\n192.0.2.7 shop/web 9\n192.0.3.1 a/b 1\n192.0.2.8 nameless 1\nx\n192.0.2.9 a/b\n"
        let page = try #require(ClaimPage(object))
        #expect(page.claims == [address: [AddressClaim(address, web, basis: "4")]])
        object.data?["network"] = "192.0.0.0/16"
        #expect(ClaimPage(object) == nil)
        object.data = nil
        #expect(ClaimPage(object) == nil)
    }

    @Test func `a claim is void only when nothing can follow from it`() throws {
        let address = try address("192.0.2.7")
        let claim = AddressClaim(address, web, basis: "40")
        #expect(!claim.isVoid(version: "40", addresses: []), "its write may be on the way")
        #expect(!claim.isVoid(version: "41", addresses: [address]), "its write has arrived")
        #expect(claim.isVoid(version: "41", addresses: []), "its write would be refused")
        #expect(claim.isVoid(version: nil, addresses: []), "the service is gone")
        #expect(claim.isSeen(at: "40") && claim.isSeen(at: "100"))
        #expect(!claim.isSeen(at: "39") && !claim.isSeen(at: "9"))
        #expect(!AddressClaim(address, web, basis: "a").isSeen(at: "b"), "versions that are no numbers have no order")
    }

    @Test func `what others claimed is seen once the service was, what this process claimed at once`() throws {
        let address = try address("192.0.2.7")
        let network = ClaimPage.network(of: address)
        var page = ClaimPage(network)
        let claim = AddressClaim(address, web, basis: "40")
        page.claims[address] = [claim]
        var ledger = ClaimLedger()
        #expect(ledger.take(page, of: network, isOwn: false) == [address])
        #expect(ledger.addresses(of: web) == [address])
        #expect(!ledger.isSeen(claim))
        ledger.see(web, at: "39")
        #expect(!ledger.isSeen(claim))
        ledger.see(web, at: "44")
        #expect(ledger.isSeen(claim))
        #expect(ledger.take(page, of: network, isOwn: false) == [], "nothing is new")
        let other = AddressClaim(address, dns, basis: "50")
        page.claims[address]?.append(other)
        #expect(ledger.take(page, of: network, isOwn: true) == [address])
        #expect(ledger.isSeen(other) && ledger.isSeen(claim))
        #expect(ledger.take(nil, of: network, isOwn: true) == [address])
        #expect(ledger.addresses(of: web) == [] && ledger.claims(on: address) == [])
    }

    @Test func `a claimed address is given to no other Service, and is free when the claim goes`() throws {
        let claimed = try address("10.0.0.0")
        var world = PoolWorld()
        world.setPools(pool("a", network("10.0.0.0/31")))
        _ = world.allocator.update(claims: [claimed: [web]])
        world.put(loadBalancer("first"))
        world.put(loadBalancer("second"))
        world.put(loadBalancer("shares", annotations: ["martlet.dev/sharing-key": "k"], loadBalancerIP: "10.0.0.0"))
        #expect(world.addresses("first") == ["10.0.0.1"])
        #expect(world.reason("second") == "OutOfIPs")
        #expect(world.reason("shares") == "AlreadyAllocated")
        #expect(world.status("a")?.ipv4?.used == "2")
        world.delete("shares")
        #expect(world.allocator.update(claims: [claimed: []]).map(\.name) == ["second"])
        #expect(world.addresses("second") == ["10.0.0.0"])
    }

    @Test func `a claim that another made first takes the address out of what was decided`() throws {
        let address = try address("10.0.0.0")
        var world = PoolWorld()
        world.setPools(pool("a", network("10.0.0.0/24")))
        world.put(loadBalancer("web", in: "shop"))
        world.put(loadBalancer("other"))
        #expect(world.addresses("web", in: "shop") == ["10.0.0.0"])
        let second = try self.address("10.0.0.9")
        _ = world.allocator.update(claims: [address: [dns], second: [web]])
        #expect(world.addresses("web", in: "shop") == ["10.0.0.9"], "what it has a claim on")
        #expect(world.addresses("other") == ["10.0.0.1"])
    }

    @Test func `the order of arrival decides no claim between two services`() throws {
        let address = try address("10.0.0.0")
        for order in [["a", "b"], ["b", "a"]] {
            var world = PoolWorld()
            world.setPools(pool("p", network("10.0.0.0/24")))
            let keys = ["a", "b"].map { ObjectKey(namespace: "default", name: $0) }
            _ = world.allocator.update(claims: [address: keys])
            for name in order {
                world.put(
                    loadBalancer(
                        name,
                        ports: [.init(port: name == "a" ? 80 : 81)],
                        annotations: ["martlet.dev/sharing-key": "k"],
                        assigned: ["10.0.0.0"]
                    )
                )
            }
            #expect(world.addresses("a") == ["10.0.0.0"] && world.addresses("b") == ["10.0.0.0"])
        }
    }
}
