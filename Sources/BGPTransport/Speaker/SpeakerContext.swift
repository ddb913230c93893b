import BGPEngine
import CoreMetrics
import Logging
import NIOCore
import PlainText

/// What all peers and listeners of a speaker share.
struct SpeakerContext: Sendable {
    let eventLoop: any EventLoop
    let board: SpeakerBoard
    let updates: UpdateCacheShare
    let memory: ReceivedRoutesMemory
    let addresses = LocalAddresses()
    let options: SocketOptions
    let metrics: any MetricsFactory
    /// Whether routers may still have routes of this speaker from before it started.
    let restarted: Bool
    let wallClock: @Sendable () -> Timestamp
    let logger: Logger
}
