import BGPEngine
import BGPTypes
import Fixtures
import Planning
import Testing

/// What comes counts at once, what goes only when it has stayed away.
@Suite struct NetworkSettlingTests {
    private func network(_ addresses: String..., gateways: String...) throws -> NodeNetwork {
        let entries = try addresses.map { text in
            let parts = text.split(separator: "/").map(String.init)
            return NodeAddress(
                device: "lan0",
                address: try #require(IPAddress(parts[0])),
                length: try #require(UInt8(parts[1]))
            )
        }
        return NodeNetwork(
            interfaces: entries.isEmpty ? [] : [InterfaceAddresses(name: "lan0", details: entries.sorted())],
            defaultGateways: try gateways.map { try #require(ScopedAddress($0)) }
        )
    }

    @Test func `new addresses and routes are used at once`() throws {
        var settling = NetworkSettling(try network("172.16.10.11/24"))
        settling.take(try network("172.16.10.5/32", "172.16.10.11/24", gateways: "172.16.10.1"))
        let (shown, wake) = settling.settle(at: .seconds(1))
        #expect(shown == (try network("172.16.10.5/32", "172.16.10.11/24", gateways: "172.16.10.1")))
        #expect(wake == nil)
    }

    @Test func `a missing address or route is kept until it has been away for a while`() throws {
        var settling = NetworkSettling(try network("172.16.10.11/24", gateways: "172.16.10.1"))
        settling.take(try network())
        #expect(settling.settle(at: .seconds(1)).wake == .seconds(6))
        #expect(settling.settle(at: .seconds(5)).network == (try network("172.16.10.11/24", gateways: "172.16.10.1")))
        // It was away for a moment.
        settling.take(try network("172.16.10.11/24", gateways: "172.16.10.1"))
        #expect(settling.settle(at: .seconds(5)).wake == nil)
        settling.take(try network())
        #expect(settling.settle(at: .seconds(8)).wake == .seconds(13))
        let (shown, wake) = settling.settle(at: .seconds(13))
        #expect(shown == (try network()))
        #expect(wake == nil)
    }

    @Test func `another gateway is used once the old one has stayed away`() throws {
        var settling = NetworkSettling(try network(gateways: "172.16.10.1", "fe80::1%lan0"))
        settling.take(try network(gateways: "172.16.10.2", "fe80::1%lan0"))
        #expect(settling.settle(at: .zero).network.defaultGateways.first?.description == "172.16.10.1")
        #expect(settling.settle(at: .seconds(4)).network.defaultGateways.first?.description == "172.16.10.1")
        let (shown, wake) = settling.settle(at: .seconds(5))
        #expect(shown.defaultGateways.map(\.description) == ["172.16.10.2", "fe80::1%lan0"])
        #expect(wake == nil)
    }

    @Test func `changed flags of an address are passed on at once`() throws {
        var settling = NetworkSettling(try network("172.16.10.11/24"))
        var marked = try network("172.16.10.11/24")
        marked.interfaces[0].details = marked.interfaces[0].details.map {
            NodeAddress(device: $0.device, address: $0.address, length: 24, marks: .deprecated)
        }
        settling.take(marked)
        #expect(settling.settle(at: .zero).network == marked)
    }
}
