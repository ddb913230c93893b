import BGPEngine
import Glibc
import NIOCore
import NIOPosix

extension DialFailure {
    /// What a failed attempt means; `mismatch` is what the kernel counted meanwhile.
    init(_ error: any Error, mismatch: SignatureMismatch?) {
        switch error {
        case let error as IOError:
            self.init(errno: error.errnoCode, mismatch: mismatch)
        case let error as SocketOptionError:
            if let underlying = error.underlying as? IOError, underlying.errnoCode == ENODEV {
                self = .noSuchInterface
            } else {
                self = .optionRefused(error.option)
            }
        case ChannelError.connectTimeout:
            self = .timedOut(mismatch)
        case let error as NIOConnectionError:
            guard let first = error.connectionErrors.first else {
                self = .other("\(error)")
                return
            }
            self.init(first.error, mismatch: mismatch)
        default:
            self = .other("\(error)")
        }
    }

    private init(errno code: CInt, mismatch: SignatureMismatch?) {
        switch code {
        case ECONNREFUSED: self = .refused
        case ETIMEDOUT: self = .timedOut(mismatch)
        case EHOSTUNREACH, ENETUNREACH, EHOSTDOWN, ENETDOWN: self = .unreachable
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
    /// What an error on an open connection means.
    init(_ error: any Error) {
        guard let error = error as? IOError else {
            self = .failed("\(error)")
            return
        }
        switch error.errnoCode {
        case ECONNRESET, EPIPE: self = .resetByPeer
        case ETIMEDOUT: self = .timedOut
        default: self = .failed(String(cString: strerror(error.errnoCode)))
        }
    }
}
