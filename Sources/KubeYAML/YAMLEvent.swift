/// One step of libyaml's parser.
struct YAMLEvent {
    /// What was read.
    enum Kind {
        case streamStart
        case streamEnd
        case documentStart
        case documentEnd
        case alias(String)
        case scalar(String, YAMLNode.ScalarStyle)
        case sequenceStart
        case sequenceEnd
        case mappingStart
        case mappingEnd
    }

    var kind: Kind
    var position: SourcePosition
    var anchor: String?
    var tag: String?
}
