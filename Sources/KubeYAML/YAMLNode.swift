/// A piece of a YAML document with its place, before its scalars are given types.
package struct YAMLNode: Hashable, Sendable {
    /// How a scalar was written.
    package enum ScalarStyle: Hashable, Sendable {
        /// Without quotes: its text decides its type.
        case plain
        /// In quotes or as a block: always a string.
        case quoted
    }

    /// One key of a mapping with its value.
    package struct Entry: Hashable, Sendable {
        /// The key as written.
        package var key: YAMLNode
        /// The value as written.
        package var value: YAMLNode
    }

    /// What the piece is.
    package indirect enum Content: Hashable, Sendable {
        /// Text, untyped yet.
        case scalar(String, ScalarStyle)
        /// A list.
        case sequence([YAMLNode])
        /// Keys and values in the order of the text.
        case mapping([Entry])
    }

    /// Where it begins.
    package var position: SourcePosition
    /// The explicit tag in its long form, such as `tag:yaml.org,2002:str`.
    package var tag: String?
    package var content: Content
    /// How many nodes it counts with its aliases expanded.
    ///
    /// Aliases share memory here, but whoever walks the tree sees every copy, so this is what a bound is set on.
    package var weight: Int
}
