import BGPTypes
import Testing

/// The address that a row of a table means.
func address(_ text: String) throws -> IPAddress {
    try #require(IPAddress(text), "not an address: \(text)")
}

/// The prefix that a row of a table means.
func prefix(_ text: String) throws -> IPPrefix {
    try #require(IPPrefix(text), "not a prefix: \(text)")
}
