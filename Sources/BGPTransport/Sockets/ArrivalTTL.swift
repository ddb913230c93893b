import BGPTypes
import CLinuxSockets
import Glibc
import NIOCore

extension Channel {
    /// The TTL or hop limit of the segment that completed the handshake of an accepted connection; `nil` where the kernel
    /// does not tell.
    ///
    /// Who has not seen this side's SYN-ACK cannot have sent that segment, so what else waits on the connection comes from
    /// as near as that.
    func arrivalTTL(family: IPFamily, with options: SocketOptions) -> EventLoopFuture<UInt8?> {
        let (level, report, packetOptions) =
            switch family {
            case .ipv4: (CInt(IPPROTO_IP), IP_RECVTTL, martlet_IP_PKTOPTIONS)
            case .ipv6: (CInt(IPPROTO_IPV6), martlet_IPV6_RECVHOPLIMIT, martlet_IPV6_2292PKTOPTIONS)
            }
        guard let provider = self as? any SocketOptionProvider else {
            return eventLoop.makeFailedFuture(ChannelError.operationUnsupported)
        }
        return setArrivalReport(true, level, report, with: options).flatMap {
            let told: EventLoopFuture<martlet_packet_options> = provider.unsafeGetSocketOption(
                level: SocketOptionLevel(level),
                name: SocketOptionName(packetOptions)
            )
            // Otherwise the kernel keeps every segment for the next question.
            return told.and(self.setArrivalReport(false, level, report, with: options))
        }
        .map { told, _ in UInt8(exactly: martlet_arrival_ttl(told)) }
    }

    private func setArrivalReport(
        _ isOn: Bool,
        _ level: CInt,
        _ name: CInt,
        with options: SocketOptions
    ) -> EventLoopFuture<Void> {
        options.set(
            .arrivalTTL,
            on: self,
            for: .accepted,
            level: level,
            name: name,
            value: CInt(isOn ? 1 : 0)
        )
    }
}
