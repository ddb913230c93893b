import BGPTypes
import BGPWire
import NIOCore
import Testing

@Suite struct ValueTests {
    @Test(arguments: [
        (ExtendedCommunity(subtype: 2, twoOctetAS: 65001, value: 9), "target:65001:9"),
        (ExtendedCommunity(subtype: 3, address: 0xC000_0201, value: 9), "origin:192.0.2.1:9"),
        (ExtendedCommunity(subtype: 2, fourOctetAS: 4_200_000_001, value: 9), "target:4200000001:9"),
        (ExtendedCommunity(rawValue: 0x0300_0000_0000_0001), "0x0300000000000001"),
    ])
    func `an extended community prints its kind`(community: ExtendedCommunity, text: String) {
        #expect(community.description == text)
    }

    @Test func `a path counts sets once and confederations not at all`() {
        let path = ASPath(segments: [
            .init(.confederationSequence, [65010, 65011]), .init(.sequence, [65001, 65002]), .init(.set, [1, 2, 3]),
        ])
        #expect(path.length == 3)
        #expect(path.description == "(65010 65011) 65001 65002 {1,2,3}")
    }

    @Test func `a path longer than a segment is cut into several, which count the same`() throws {
        let numbers = (1...600).map { ASNumber(rawValue: $0) }
        var attributes = PathAttributes()
        attributes.asPath = ASPath(sequence: numbers)
        var bytes = ByteBuffer()
        attributes.encode(into: &bytes, context: .external)
        let read = PathAttributes.decode(bytes, context: .external).attributes.asPath
        #expect(read?.segments.map(\.numbers.count) == [255, 255, 90])
        #expect(read?.numbers == numbers)
    }

    struct Merge: CustomTestStringConvertible {
        var testDescription: String
        var path: String
        var as4Path: String
        var merged: String
    }

    static let merges: [Merge] = [
        Merge(
            testDescription: "all of it",
            path: "40 02 06 02 02 fde9 5ba0",
            as4Path: "c0 11 0a 02 02 0000fde9 fa56ea01",
            merged: "65001 4200000001"
        ),
        Merge(
            testDescription: "a speaker of two octets in front",
            path: "40 02 08 02 03 fdea fde9 5ba0",
            as4Path: "c0 11 0a 02 02 0000fde9 fa56ea01",
            merged: "65002 65001 4200000001"
        ),
        Merge(
            testDescription: "a path that was made shorter on the way",
            path: "40 02 04 02 01 fdea",
            as4Path: "c0 11 0a 02 02 0000fde9 fa56ea01",
            merged: "65002"
        ),
        Merge(
            testDescription: "a set behind",
            path: "40 02 0c 02 02 fdea 5ba0 01 02 5ba0 5ba0",
            as4Path: "c0 11 10 02 01 fa56ea01 01 02 fa56ea02 fa56ea03",
            merged: "65002 4200000001 {4200000002,4200000003}"
        ),
        Merge(
            testDescription: "an aggregate made by a speaker of two octets",
            path: "40 02 06 02 02 fde9 5ba0 c0 07 06 fdea c0000209",
            as4Path: "c0 11 0a 02 02 0000fde9 fa56ea01 c0 12 08 fa56ea01 c0000209",
            merged: "65001 23456"
        ),
    ]

    @Test(arguments: merges)
    func `the true numbers are put in place (RFC 6793 §4.2.3)`(merge: Merge) {
        let bytes = ByteBuffer(hex: merge.path + merge.as4Path)
        #expect(PathAttributes.decode(bytes, context: .plain).attributes.asPath?.description == merge.merged)
    }
}
