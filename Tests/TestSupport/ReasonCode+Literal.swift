package import KubeModel

/// Tests write codes as documents show them, which is what holds the words stable; sources use the declared ones.
extension ReasonCode: ExpressibleByStringLiteral {
    package init(stringLiteral value: String) {
        self.init(rawValue: value)
    }
}
