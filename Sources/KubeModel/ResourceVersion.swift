/// What may be said of two resource versions.
///
/// A version is opaque by convention. Since Kubernetes 1.35 (KEP-5504) versions of one kind on one server are promised to be
/// decimal numbers of any length that grow; servers since etcd 3 have always made them so. Where one of two is anything
/// else, nothing is said of them but whether they are equal.
package enum ResourceVersion {
    /// Whether one version is known to be older than another.
    package static func isOlder(_ version: String, than other: String) -> Bool {
        guard isNumber(version), isNumber(other) else { return false }
        let (length, otherLength) = (version.utf8.count, other.utf8.count)
        return length == otherLength ? version.utf8.lexicographicallyPrecedes(other.utf8) : length < otherLength
    }

    private static func isNumber(_ text: String) -> Bool {
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        return !text.isEmpty && text.utf8.first != digits.lowerBound && text.utf8.allSatisfy(digits.contains)
    }
}
