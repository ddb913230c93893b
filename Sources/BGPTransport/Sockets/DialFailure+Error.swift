import BGPEngine
import Glibc
import NIOCore
import NIOPosix

extension DialFailure {
    /// What a failed attempt means.
    ///
    /// `dropped`, what the kernel dropped meanwhile, and `isOnLink`, whether the peer is a neighbour, are asked for when
    /// they matter.
    init(_ error: any Error, dropped: () -> DroppedSegments?, isOnLink: () -> Bool) {
        switch error {
        case let error as IOError:
            self.init(errno: error.errnoCode, dropped, isOnLink)
        case let error as SocketOptionError:
            if let underlying = error.underlying as? IOError, underlying.errnoCode == ENODEV {
                self = .noSuchInterface
            } else {
                self = .optionRefused(error.option)
            }
        case ChannelError.connectTimeout:
            self = .timedOut(dropped())
        case let error as NIOConnectionError:
            guard let first = error.connectionErrors.first else {
                self = .other("\(error)")
                return
            }
            self.init(first.error, dropped: dropped, isOnLink: isOnLink)
        default:
            self = .other("\(error)")
        }
    }

    private init(errno code: CInt, _ dropped: () -> DroppedSegments?, _ isOnLink: () -> Bool) {
        switch code {
        case ECONNREFUSED: self = .refused
        case ETIMEDOUT: self = .timedOut(dropped())
        case ENETUNREACH, ENETDOWN: self = .noRoute
        case EHOSTUNREACH, EHOSTDOWN: self = isOnLink() ? .absentFromLink : .unreachable
        case EADDRNOTAVAIL: self = .noSuchLocalAddress
        case EADDRINUSE: self = .localAddressInUse
        case ENODEV: self = .noSuchInterface
        case EPERM, EACCES: self = .notPermitted
        case EMFILE, ENFILE, ENOBUFS, ENOMEM: self = .outOfResources
        default: self = .other(String(cString: strerror(code)))
        }
    }
}

extension Disconnection {
    /// What an error on an open connection means; `dropped` is asked for what the kernel dropped when that matters.
    init(_ error: any Error, dropped: () -> DroppedSegments?) {
        guard let error = error as? IOError else {
            self = .failed("\(error)")
            return
        }
        switch error.errnoCode {
        case ECONNRESET, EPIPE: self = .resetByPeer
        case ETIMEDOUT, EHOSTUNREACH: self = .timedOut(dropped())
        default: self = .failed(String(cString: strerror(error.errnoCode)))
        }
    }
}
