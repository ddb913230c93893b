import BGPEngine
import BGPTypes
import Testing

/// Which addresses of the node a session names as next hops.
@Suite struct NextHopTests {
    /// A node by its addresses, in the words of `ip address`: `eth0 192.0.2.11/24`, with `deprecated`, `tentative`,
    /// `secondary` or `peer ADDRESS` behind.
    struct Setting {
        var addresses: [String]
        var internalIPs: [String] = []
        var virtual: [String] = []
        var local = "172.16.10.11"
        var remote = "172.16.10.1"
        var configured: String?
        var isDirect = true
        var carriesIPv4OverIPv6 = false
        var inUse: [String] = []

        /// The choice: IPv4, IPv6, link-local, `-` for none.
        var choice: String {
            get throws {
                let session = NextHopSession(
                    local: try scoped(local),
                    remote: try scoped(remote),
                    configured: try configured.map(Self.address),
                    isDirect: isDirect,
                    carriesIPv4OverIPv6: carriesIPv4OverIPv6
                )
                let cluster = AddressRoles(
                    internalIPs: try internalIPs.map(Self.address),
                    virtual: Set(try virtual.map(Self.address))
                )
                var before = NextHopSet()
                for text in inUse {
                    let address = try Self.address(text)
                    before[address.family] = address
                }
                let chooser = NextHopChooser(session, devices: try devices, cluster: cluster)
                let found = chooser.choose(inUse: before)
                let parts = [found[.ipv4]?.description, found[.ipv6]?.description, found.linkLocal?.description]
                return parts.map { $0 ?? "-" }.joined(separator: " ")
            }
        }

        private var devices: NodeDevices {
            get throws {
                NodeDevices(
                    try (["lo 127.0.0.1/8", "lo ::1/128"] + addresses).map { line in
                        let words = line.split(separator: " ").map(String.init)
                        let parts = words[1].split(separator: "/").map(String.init)
                        var marks: NodeAddress.Marks = []
                        if words.contains("deprecated") { marks.insert(.deprecated) }
                        if words.contains("tentative") { marks.insert(.unready) }
                        if words.contains("secondary") { marks.insert(.secondary) }
                        let peer = try words.firstIndex(of: "peer").map { try Self.address(words[$0 + 1]) }
                        return NodeAddress(
                            device: words[0],
                            address: try Self.address(parts[0]),
                            length: try #require(UInt8(parts[1])),
                            peer: peer,
                            marks: marks
                        )
                    }
                )
            }
        }

        private func scoped(_ text: String) throws -> ScopedAddress { try #require(ScopedAddress(text)) }

        private static func address(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }
    }

    private static let ipv4 = "lan0 172.16.10.11/24"
    private static let ipv6 = "lan0 fd00:16::11/64"
    private static let both = ["172.16.10.11", "fd00:16::11"]

    @Test func `next hops are the session's own address and the node's InternalIP of the other family`() throws {
        #expect(
            try Setting(addresses: [Self.ipv4, Self.ipv6], internalIPs: Self.both).choice
                == "172.16.10.11 fd00:16::11 -"
        )
        // The other way round.
        var setting = Setting(addresses: [Self.ipv4, Self.ipv6], internalIPs: Self.both)
        setting.local = "fd00:16::11"
        setting.remote = "fd00:16::1"
        #expect(try setting.choice == "172.16.10.11 fd00:16::11 -")
    }

    @Test(arguments: [
        ["lan0 fd00:16::5/128"], ["lan0 fd00:16::3/64 deprecated"], ["lan0 fd00:16::2/64 tentative"],
        ["lan0 fd00:16::1:1/64"], ["lan0 fd00:16::5/128", "lan0 fd00:16::6/128", "lan0 fd00:16::7/64 secondary"],
        ["lo fd00:16::1/128"], ["eth1 2001:db8::1/64"],
    ])
    func `no other address is used beside the InternalIP`(others: [String]) throws {
        let setting = Setting(addresses: [Self.ipv4, Self.ipv6] + others, internalIPs: Self.both)
        #expect(try setting.choice == "172.16.10.11 fd00:16::11 -")
    }

    @Test func `an IPv6 session does not use a floating IPv4 address`() throws {
        var setting = Setting(addresses: [Self.ipv4, Self.ipv6, "lan0 172.16.10.5/32"], internalIPs: Self.both)
        setting.local = "fd00:16::11"
        setting.remote = "fd00:16::1"
        #expect(try setting.choice == "172.16.10.11 fd00:16::11 -")
        // Nor where both sides could name an IPv6 one.
        setting.carriesIPv4OverIPv6 = true
        #expect(try setting.choice == "172.16.10.11 fd00:16::11 -")
    }

    @Test func `next hops follow addresses that come, go and replace one another`() throws {
        #expect(try Setting(addresses: [Self.ipv4], internalIPs: Self.both).choice == "172.16.10.11 - -")
        // The InternalIP was replaced; the Node says so later, or never.
        #expect(
            try Setting(addresses: [Self.ipv4, "lan0 fd00:16::aa/64"], internalIPs: Self.both).choice
                == "172.16.10.11 fd00:16::aa -"
        )
        for mark in ["deprecated", "tentative"] {
            let setting = Setting(addresses: [Self.ipv4, "\(Self.ipv6) \(mark)"], internalIPs: Self.both)
            #expect(try setting.choice == "172.16.10.11 - -")
        }
    }

    @Test func `a Service's address is never used, and a floating one only as a last resort`() throws {
        var setting = Setting(addresses: [Self.ipv4, "lan0 fd00:16::5/128", "lan0 fd00:16::6/64"])
        setting.internalIPs = ["172.16.10.11"]
        setting.virtual = ["fd00:16::6"]
        #expect(try setting.choice == "172.16.10.11 fd00:16::5 -")
        setting.virtual = ["fd00:16::6", "fd00:16::5"]
        #expect(try setting.choice == "172.16.10.11 - -")
        // An InternalIP that some Service lists is the node's all the same.
        setting.internalIPs = ["172.16.10.11", "fd00:16::6"]
        #expect(try setting.choice == "172.16.10.11 fd00:16::6 -")
    }

    @Test func `the session's own address is not used when it belongs to a Service`() throws {
        var setting = Setting(addresses: [Self.ipv4, "lan0 172.16.10.5/24 secondary"], internalIPs: ["172.16.10.11"])
        setting.local = "172.16.10.5"
        #expect(try setting.choice == "172.16.10.5 - -")
        setting.virtual = ["172.16.10.5"]
        #expect(try setting.choice == "172.16.10.11 - -")
        // Unless there is no other on the link.
        setting.addresses = ["lan0 172.16.10.5/24"]
        setting.internalIPs = []
        #expect(try setting.choice == "172.16.10.5 - -")
    }

    @Test func `a configured next hop is used where a device has it`() throws {
        var setting = Setting(
            addresses: [Self.ipv4, Self.ipv6, "lan0 172.16.10.9/24 secondary"],
            internalIPs: Self.both
        )
        setting.configured = "172.16.10.9"
        #expect(try setting.choice == "172.16.10.9 fd00:16::11 -")
        setting.configured = "172.16.10.99"
        #expect(try setting.choice == "172.16.10.11 fd00:16::11 -")
    }

    @Test func `a session from an address on lo uses that, and the InternalIP of another device`() throws {
        var setting = Setting(addresses: ["lo 10.0.0.1/32", Self.ipv4, Self.ipv6], internalIPs: Self.both)
        setting.local = "10.0.0.1"
        setting.remote = "10.9.9.9"
        setting.isDirect = false
        #expect(try setting.choice == "10.0.0.1 fd00:16::11 -")
        // Without one: what lo has.
        setting.internalIPs = ["10.0.0.1"]
        #expect(try setting.choice == "10.0.0.1 - -")
        setting.addresses.append("lo 2001:db8::1/128")
        #expect(try setting.choice == "10.0.0.1 2001:db8::1 -")
    }

    @Test func `a multihop session uses the InternalIP, else an address beside the session's own`() throws {
        var setting = Setting(addresses: [Self.ipv4, "eth1 fd00:99::11/64", "lan0 fd00:16::22/64"])
        setting.remote = "10.9.9.9"
        setting.isDirect = false
        setting.internalIPs = ["172.16.10.11", "fd00:99::11"]
        #expect(try setting.choice == "172.16.10.11 fd00:99::11 -")
        setting.internalIPs = ["172.16.10.11"]
        #expect(try setting.choice == "172.16.10.11 fd00:16::22 -")
    }

    @Test func `a direct neighbour gets an address on its link before an InternalIP elsewhere`() throws {
        var setting = Setting(addresses: [Self.ipv4, "eth1 fd00:99::11/64", "lan0 fd00:16::22/64"])
        setting.internalIPs = ["172.16.10.11", "fd00:99::11"]
        #expect(try setting.choice == "172.16.10.11 fd00:16::22 -")
        setting.addresses.removeLast()
        #expect(try setting.choice == "172.16.10.11 fd00:99::11 -")
    }

    @Test func `a link-local session uses its own address and the others on its link`() throws {
        var setting = Setting(addresses: ["eth0 fe80::2/64", "lo 10.0.0.1/32", "lo 2001:db8::1/128"])
        setting.internalIPs = ["10.0.0.1", "2001:db8::1"]
        setting.local = "fe80::2%eth0"
        setting.remote = "fe80::1%eth0"
        setting.carriesIPv4OverIPv6 = true
        #expect(try setting.choice == "- - fe80::2")
        setting.addresses.append("eth0 2001:db8:1::2/64")
        #expect(try setting.choice == "- 2001:db8:1::2 fe80::2")
        // Where IPv4 routes need an IPv4 next hop, one that is further away is better than none.
        setting.carriesIPv4OverIPv6 = false
        #expect(try setting.choice == "10.0.0.1 2001:db8:1::2 fe80::2")
    }

    @Test func `a daemon on the node gets addresses that it can pass on`() throws {
        var setting = Setting(addresses: [Self.ipv4, Self.ipv6], internalIPs: Self.both)
        for (local, remote) in [("127.0.0.2", "127.0.0.1"), ("::1", "::1"), ("172.16.10.11", "172.16.10.11")] {
            setting.local = local
            setting.remote = remote
            setting.configured = local
            #expect(try setting.choice == "172.16.10.11 fd00:16::11 -")
        }
        // Of several nodes on one host each has its own part of loopback.
        setting.addresses.append("lo 10.0.0.1/32")
        setting.internalIPs = ["127.0.0.2"]
        setting.local = "127.0.0.2"
        setting.remote = "127.0.0.1"
        #expect(try setting.choice == "127.0.0.2 ::1 -")
        setting.internalIPs = Self.both
        setting.addresses = []
        setting.local = "127.0.0.2"
        setting.remote = "127.0.0.1"
        #expect(try setting.choice == "127.0.0.2 ::1 -")
    }

    @Test func `this node's end of a point-to-point pair is used`() throws {
        var setting = Setting(addresses: ["ppp0 10.0.0.1/32 peer 10.0.0.2", "ppp0 fd00:16::11/64"])
        setting.local = "fd00:16::11"
        setting.remote = "fd00:16::1"
        #expect(try setting.choice == "10.0.0.1 fd00:16::11 -")
    }

    @Test func `the next hop in use stays among equals, whatever the order of the Node's addresses`() throws {
        var setting = Setting(addresses: [Self.ipv4, Self.ipv6, "lan0 fd00:16::22/64"])
        setting.internalIPs = ["172.16.10.11", "fd00:16::22", "fd00:16::11"]
        #expect(try setting.choice == "172.16.10.11 fd00:16::22 -")
        setting.inUse = ["fd00:16::11"]
        #expect(try setting.choice == "172.16.10.11 fd00:16::11 -")
        // Nor does a lower one that comes change what is on the wire.
        setting.internalIPs = ["172.16.10.11"]
        setting.addresses.append("lan0 fd00:16::1:0/64")
        setting.inUse = ["fd00:16::22"]
        #expect(try setting.choice == "172.16.10.11 fd00:16::22 -")
    }

    @Test func `an own address that no device has any more is not used`() throws {
        let setting = Setting(addresses: ["lan0 172.16.10.12/24", Self.ipv6], internalIPs: Self.both)
        #expect(try setting.choice == "172.16.10.12 fd00:16::11 -")
    }
}

@Suite struct NodeDeviceTests {
    private let devices = NodeDevices([
        NodeAddress(device: "lo", address: .v4(IPv4Address(127, 0, 0, 1)), length: 8),
        NodeAddress(device: "lan0", address: .v4(IPv4Address(172, 16, 10, 11)), length: 24),
        NodeAddress(device: "lan0", address: .v4(IPv4Address(172, 16, 10, 5)), length: 32),
        NodeAddress(device: "kube-ipvs0", address: .v4(IPv4Address(10, 96, 0, 1)), length: 32),
    ])

    private func scoped(_ text: String) throws -> ScopedAddress { try #require(ScopedAddress(text)) }

    @Test func `the devices say what is on a link, and from which source`() throws {
        #expect(devices.isOnLink(try scoped("172.16.10.1")))
        #expect(devices.isOnLink(try scoped("fe80::1%lan0")))
        #expect(devices.isOnLink(try scoped("127.0.0.9")))
        #expect(!devices.isOnLink(try scoped("10.96.0.2")))
        #expect(devices.source(towards: try scoped("172.16.10.1")) == .v4(IPv4Address(172, 16, 10, 11)))
        #expect(devices.source(towards: try scoped("10.96.0.2")) == nil)
        #expect(devices.device(of: try scoped("172.16.10.5")) == "lan0")
        #expect(devices.device(of: try scoped("127.0.0.7")) == "lo")
        #expect(devices.device(of: try scoped("192.0.2.1")) == nil)
    }

    @Test func `a device for Service addresses provides no next hop`() {
        #expect(devices.candidates == [.v4(IPv4Address(172, 16, 10, 11)), .v4(IPv4Address(172, 16, 10, 5))])
    }
}
