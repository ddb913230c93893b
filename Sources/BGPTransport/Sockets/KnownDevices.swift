package import Addressing
package import NIOCore
import Synchronization

/// The addresses of the node's devices, read anew when what is known is older than a tenth of a second.
///
/// When hundreds of sessions come up at a time each asks; and a node where kube-proxy works with IPVS has all addresses of
/// services on one device.
package final class KnownDevices: Sendable {
    /// An address and the device that has it.
    package typealias Entry = (interface: String, address: IPAddress)

    private struct Known {
        var entries: [Entry] = []
        var until: NIODeadline?
    }

    /// How long what was read is taken for true.
    package static let lifetime: TimeAmount = .milliseconds(100)

    private let known = Mutex(Known())
    private let now: @Sendable () -> NIODeadline
    private let read: @Sendable () -> [Entry]

    /// Knows nothing yet.
    ///
    /// - Parameters:
    ///   - now: What tells time.
    ///   - read: Reads all addresses; asks the kernel unless given.
    package init(
        now: @escaping @Sendable () -> NIODeadline = { .now() },
        read: @escaping @Sendable () -> [Entry] = KnownDevices.readKernel
    ) {
        self.now = now
        self.read = read
    }

    /// All addresses, each with its device.
    package var entries: [Entry] {
        let now = now()
        return known.withLock { known in
            if let until = known.until, now < until { return known.entries }
            known = Known(entries: read(), until: now + Self.lifetime)
            return known.entries
        }
    }

    /// What the kernel says now; nothing where it says nothing.
    @Sendable package static func readKernel() -> [Entry] {
        // A kernel that does not tell costs the other family's next hop, and lets nobody in.
        let devices = (try? System.enumerateDevices()) ?? []
        return devices.compactMap { device in
            guard let address = device.address?.scopedAddress?.address else { return nil }
            return (interface: device.name, address: address)
        }
    }
}
