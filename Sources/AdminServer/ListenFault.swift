import NIOCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// An address that cannot be listened on, in a sentence for the command line.
package struct ListenFault: Error, CustomStringConvertible {
    /// Which place it was to be, and why nobody can listen there.
    package let description: String

    /// Puts what the system said into words; `place` is the address, with the flag that named it.
    package init(_ place: String, _ error: any Error) {
        let reason =
            switch (error as? IOError)?.errnoCode {
            case EADDRINUSE: "another program listens there"
            case EADDRNOTAVAIL: "this machine has no such address"
            case EACCES, EPERM: "ports below 1024 take the capability NET_BIND_SERVICE"
            default: "\(error)"
            }
        description = "\(place): cannot be listened on: \(reason)"
    }
}
