import Addressing
import BGPTransport
import NIOCore
import Synchronization
import Testing

@Suite struct `Known devices` {
    private final class Kernel: Sendable {
        let time = Mutex(NIODeadline.uptimeNanoseconds(0))
        let reads = Mutex(0)
    }

    @Test func `are read once for all who ask at about the same time, and anew for who asks later`() {
        let kernel = Kernel()
        let devices = KnownDevices(now: { kernel.time.withLock { $0 } }) {
            let read = kernel.reads.withLock { reads in
                reads += 1
                return reads
            }
            return [(interface: "eth\(read)", address: .v4(IPv4Address(192, 0, 2, 1)))]
        }
        #expect(devices.entries.map(\.interface) == ["eth1"])
        kernel.time.withLock { $0 = $0 + KnownDevices.lifetime - .nanoseconds(1) }
        #expect(devices.entries.map(\.interface) == ["eth1"])
        kernel.time.withLock { $0 = $0 + .nanoseconds(1) }
        #expect(devices.entries.map(\.interface) == ["eth2"])
        #expect(kernel.reads.withLock { $0 } == 2)
    }
}
