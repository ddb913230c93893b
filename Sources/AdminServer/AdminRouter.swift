/// Finds the page for a request's path.
package struct AdminRouter: Sendable {
    private let pages: [(steps: [Substring], page: AdminPage)]

    /// Takes the pages; of several that fit a path the first answers.
    package init(_ pages: [AdminPage]) {
        self.pages = pages.map { ($0.path.split(separator: "/"), $0) }
    }

    /// A page with what was asked of it.
    struct Found: Sendable {
        let page: AdminPage
        let request: AdminPage.Request
        /// The path as it was understood, such as `/v1/peers`, whatever way it was written.
        let path: String
    }

    /// The page for a target (RFC 9112 §3.2): an absolute path, perhaps with a query.
    func find(_ target: String) -> Found? {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let path = (parts.first ?? "").split(separator: "/").map { Self.decoded($0) }
        for (steps, page) in pages {
            guard let parameters = Self.match(steps, path) else { continue }
            let query = Self.query(parts.count > 1 ? parts[1] : "")
            return Found(
                page: page,
                request: AdminPage.Request(query: query, parameters: parameters),
                path: "/" + path.joined(separator: "/")
            )
        }
        return nil
    }

    /// The captured parts when the path fits.
    private static func match(_ steps: [Substring], _ path: [String]) -> [String: String]? {
        guard steps.count == path.count else { return nil }
        var parameters: [String: String] = [:]
        for (step, found) in zip(steps, path) {
            if step.hasPrefix(":") {
                parameters[String(step.dropFirst())] = found
            } else if step != found[...] {
                return nil
            }
        }
        return parameters
    }

    private static func query(_ text: Substring) -> [String: String] {
        var query: [String: String] = [:]
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            query[decoded(parts[0])] = parts.count > 1 ? decoded(parts[1]) : ""
        }
        return query
    }

    /// The text with `%41` as `A` (RFC 3986 §2.1); what is no such triplet stays as it is.
    private static func decoded(_ text: Substring) -> String {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2, let value = UInt8(hexadecimal: rest.prefix(2)) {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension UInt8 {
    /// The value of two hexadecimal digits.
    fileprivate init?(hexadecimal digits: Substring.UTF8View.SubSequence) {
        var value: UInt8 = 0
        for digit in digits {
            guard let number = Character(UnicodeScalar(digit)).hexDigitValue else { return nil }
            value = value << 4 | UInt8(number)
        }
        self = value
    }
}
