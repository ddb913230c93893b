import NIOCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// An address that cannot be listened on, in a sentence for the command line.
package struct ListenFault: Error, CustomStringConvertible {
    /// Which flag named the address, and why nobody can listen there.
    package let description: String

    /// Puts what the system said into words; `listener` is `admin` or `health`, as in the names of their flags.
    init(_ listener: String, _ address: ListenAddress, _ error: any Error) {
        let reason =
            switch (error as? IOError)?.errnoCode {
            case EADDRINUSE: "another program listens there"
            case EADDRNOTAVAIL: "this machine has no such address"
            case EACCES, EPERM: "ports below 1024 take the capability NET_BIND_SERVICE"
            default: "\(error)"
            }
        description = "--\(listener)-address \(address): cannot be listened on: \(reason)"
    }
}
