import PlainText

/// Where an instance's router id came from, so that it stays for as long as that says nothing else.
package enum RouterIDSource: String, ListedValue {
    /// A BGPNodeConfigOverride.
    case override = "Override"
    /// An InternalIP of the Node.
    case internalIP = "InternalIP"
    /// The operator's `--router-id-pool`.
    case pool = "Pool"
}
