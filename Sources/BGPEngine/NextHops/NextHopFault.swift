/// What is wrong with the next hop of a family.
package enum NextHopFault: Hashable, Sendable {
    /// The node has no address to name, so the family's routes are withheld.
    case missing
    /// The peer is on this node, and there is no other than a loopback address, which it cannot pass on.
    case loopback
}
