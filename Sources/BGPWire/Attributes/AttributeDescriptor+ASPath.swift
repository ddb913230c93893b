import BGPTypes
package import NIOCore

extension AttributeDescriptor {
    /// AS_PATH (RFC 4271 §5.1.2, RFC 6793 §4.1; errors RFC 7606 §7.2, RFC 7607 §2, RFC 5065 §5).
    static let asPath = AttributeDescriptor(
        .asPath,
        name: "AS_PATH",
        flags: .transitive,
        malformed: .treatAsWithdraw,
        decode: { (decoding, value) throws(AttributeProblem) in
            let path = try ASPath(decoding: value, fourOctetAS: decoding.context.fourOctetAS)
            // Only members of one confederation may see its inside.
            if !decoding.context.isInternal, path.segments.contains(where: \.kind.isConfederation) { throw .asPath }
            decoding.attributes.asPath = path
        },
        encode: { attributes, context, buffer in
            guard let path = attributes.asPath else { return }
            var value = ByteBuffer()
            value.writeASPath(path, fourOctetAS: context.fourOctetAS)
            buffer.writeAttribute(.transitive, .asPath, value: value)
        }
    )

    /// AS4_PATH, the true numbers behind the AS_TRANS of an AS_PATH of two octets (RFC 6793 §4.2; errors §6).
    static let as4Path = AttributeDescriptor(
        .as4Path,
        name: "AS4_PATH",
        flags: [.optional, .transitive],
        malformed: .discard,
        decode: { (decoding, value) throws(AttributeProblem) in
            // A speaker of four octets must not send it.
            guard !decoding.context.fourOctetAS else { throw .optional }
            var path = try ASPath(decoding: value, fourOctetAS: true)
            path.segments.removeAll(where: \.kind.isConfederation)
            decoding.as4Path = path
        },
        encode: { attributes, context, buffer in
            guard !context.fourOctetAS, var path = attributes.asPath else { return }
            path.segments.removeAll(where: \.kind.isConfederation)
            guard path.segments.contains(where: { $0.numbers.contains { !$0.fitsTwoOctets } }) else { return }
            var value = ByteBuffer()
            value.writeASPath(path, fourOctetAS: true)
            buffer.writeAttribute([.optional, .transitive], .as4Path, value: value)
        }
    )
}

extension ASPath {
    /// Reads the value of AS_PATH or AS4_PATH.
    package init(decoding value: ByteBuffer, fourOctetAS: Bool) throws(AttributeProblem) {
        var value = value
        var segments: [Segment] = []
        while value.readableBytes > 0 {
            guard let (kind, count) = value.readMultipleIntegers(as: (UInt8, UInt8).self), (1...4).contains(kind),
                count > 0, value.readableBytes >= Int(count) * (fourOctetAS ? 4 : 2)
            else { throw .asPath }
            var numbers: [ASNumber] = []
            numbers.reserveCapacity(Int(count))
            for _ in 0..<count {
                let number = fourOctetAS ? value.readInteger() : value.readInteger(as: UInt16.self).map(UInt32.init)
                guard let number, number != 0 else { throw .asPath }
                numbers.append(ASNumber(rawValue: number))
            }
            segments.append(Segment(Segment.Kind(rawValue: kind), numbers))
        }
        self.segments = segments
    }

    /// The path that a path of two octets stands for, given its AS4_PATH (RFC 6793 §4.2.3).
    func merging(_ as4Path: ASPath) -> ASPath {
        // A path shorter than its companion was changed by a speaker that does not know the companion.
        guard length >= as4Path.length else { return self }
        var missing = length - as4Path.length
        var leading: [Segment] = []
        for segment in segments {
            if segment.kind.isConfederation {
                leading.append(segment)
                continue
            }
            guard missing > 0 else { break }
            if segment.kind == .sequence, segment.numbers.count > missing {
                leading.append(Segment(.sequence, Array(segment.numbers.prefix(missing))))
                missing = 0
            } else {
                leading.append(segment)
                missing -= segment.kind == .set ? 1 : segment.numbers.count
            }
        }
        // One sequence that was cut in two becomes one again.
        if let last = leading.last, let first = as4Path.segments.first, last.kind == .sequence, first.kind == .sequence,
            last.numbers.count + first.numbers.count <= 255
        {
            leading[leading.count - 1].numbers += first.numbers
            return ASPath(segments: leading + as4Path.segments.dropFirst())
        }
        return ASPath(segments: leading + as4Path.segments)
    }
}

extension ByteBuffer {
    /// Writes segments of at most 255 numbers; with two octets, larger numbers become AS_TRANS.
    fileprivate mutating func writeASPath(_ path: ASPath, fourOctetAS: Bool) {
        for segment in path.segments {
            var rest = segment.numbers[...]
            while !rest.isEmpty {
                let part = rest.prefix(255)
                writeMultipleIntegers(segment.kind.rawValue, UInt8(truncatingIfNeeded: part.count))
                for number in part {
                    if fourOctetAS { writeInteger(number.rawValue) } else { writeInteger(number.twoOctets) }
                }
                rest = rest.dropFirst(255)
            }
        }
    }
}
