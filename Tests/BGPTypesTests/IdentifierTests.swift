import BGPTypes
import FoundationEssentials
import Testing

@Suite struct IdentifierTests {
    @Test(arguments: [
        (0 as UInt32, 0 as UInt16, true), (1, 1, true), (65535, 65535, true), (65536, 23456, false),
        (4_294_967_295, 23456, false),
    ])
    func `an AS number beyond two octets becomes AS_TRANS`(number: UInt32, twoOctets: UInt16, fits: Bool) {
        let asNumber = ASNumber(rawValue: number)
        #expect(asNumber.twoOctets == twoOctets)
        #expect(asNumber.fitsTwoOctets == fits)
        #expect(asNumber.description == String(number))
    }

    @Test(arguments: ["[-1]", "[4294967296]", #"["65001"]"#, "[1.5]", "[null]"])
    func `an AS number beyond four octets is refused in JSON`(json: String) {
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([ASNumber].self, from: Data(json.utf8)) }
    }

    @Test func `AS numbers are integers in JSON, and in numeric order`() throws {
        let json = Data("[0,4294967295,65001]".utf8)
        let numbers = try JSONDecoder().decode([ASNumber].self, from: json)
        #expect(numbers == [0, 4_294_967_295, 65001])
        #expect(try JSONEncoder().encode(numbers) == json)
        #expect(numbers.sorted() == [0, 65001, 4_294_967_295])
        #expect(ASNumber.trans == 23456)
    }

    @Test func `zero is not a router id`() {
        #expect(RouterID(rawValue: 0) == nil)
        #expect(RouterID("0.0.0.0") == nil)
        #expect(RouterID(IPv4Address.unspecified) == nil)
        #expect(RouterID("2001:db8::1") == nil)
        #expect(RouterID("0.0.0.1")?.rawValue == 1)
    }

    @Test func `router ids are compared as unsigned numbers in a collision`() throws {
        let ids = try ["200.0.0.1", "10.0.0.2", "10.0.0.10"].map { try #require(RouterID($0)) }
        #expect(ids.sorted().map(\.description) == ["10.0.0.2", "10.0.0.10", "200.0.0.1"])
        #expect(try JSONDecoder().decode([RouterID].self, from: JSONEncoder().encode(ids)) == ids)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([RouterID].self, from: Data(#"["0.0.0.0"]"#.utf8))
        }
    }
}
