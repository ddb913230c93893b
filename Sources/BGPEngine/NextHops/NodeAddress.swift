package import BGPTypes

/// An address of one of the node's devices, with what the kernel says of it.
package struct NodeAddress: Hashable, Sendable {
    /// What the kernel says of an address.
    package struct Marks: OptionSet, Hashable, Sendable {
        package let rawValue: UInt8

        /// Takes the bits as they are.
        package init(rawValue: UInt8) { self.rawValue = rawValue }

        /// Its preferred lifetime is over: nothing new is to begin from it (RFC 4862 §5.5.4).
        package static let deprecated = Marks(rawValue: 1)
        /// Nobody may use it yet, or ever, because another host may have it (RFC 4862 §5.4).
        package static let unready = Marks(rawValue: 2)
        /// Not the first of its network on the device (IPv4), or made for privacy and soon gone (IPv6, RFC 8981).
        package static let secondary = Marks(rawValue: 4)
        /// The device leads to one other address, which is then the network.
        package static let pointToPoint = Marks(rawValue: 8)
    }

    /// The device's name.
    package let device: String
    package let address: IPAddress
    /// The network that the device leads to by it.
    package let network: IPPrefix
    /// What the kernel says of it.
    package let marks: Marks

    /// An address with the length of its network's prefix; of a point-to-point device the `peer` is the network.
    package init(device: String, address: IPAddress, length: UInt8, peer: IPAddress? = nil, marks: Marks = []) {
        self.device = device
        self.address = address
        network = IPPrefix(masking: peer ?? address, length: length) ?? IPPrefix(host: address)
        self.marks = peer == nil || peer == address ? marks : marks.union(.pointToPoint)
    }

    /// Whether it is alone in its network, as an address that moves from host to host is.
    ///
    /// Some clouds and DHCPv6 give hosts such addresses too, so this alone does not exclude one.
    package var isFloating: Bool { network.isHost && !marks.contains(.pointToPoint) }
}

extension NodeAddress: Comparable {
    /// By device, then address, then network.
    package static func < (left: NodeAddress, right: NodeAddress) -> Bool {
        (left.device, left.address, left.network) < (right.device, right.address, right.network)
    }
}
