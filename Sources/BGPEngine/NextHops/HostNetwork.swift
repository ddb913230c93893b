package import BGPTypes

/// The node's own addresses and default gateways.
package struct HostNetwork: Hashable, Sendable {
    /// The addresses of devices that are up.
    package var devices: NodeDevices
    /// The gateways of the default route with the lowest metric, in order; link-local ones with the device they are on.
    package var defaultGateways: [ScopedAddress]

    /// Nothing unless given.
    package init(devices: NodeDevices = NodeDevices(), defaultGateways: [ScopedAddress] = []) {
        self.devices = devices
        self.defaultGateways = defaultGateways
    }
}
