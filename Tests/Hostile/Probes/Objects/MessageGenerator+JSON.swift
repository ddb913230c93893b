package import KubeJSON
package import TestSupport

extension MessageGenerator {
    /// Values at the edge of what fields can hold, and of what types they have.
    private static let edges: [JSONValue] = [
        nil, true, false, 0, -1, 1, 255, 256, 65535, 65536, 4_294_967_295, 4_294_967_296, .integer(.max),
        .integer(.min),
        .number(0.5), .number(1e300), .number(1.8446744073709552e19), [], [:], [nil], ["": nil], "", " ",
        "0",
        "-1", "4294967296", "0.0.0.0", "0.0.0.0/0", "::", "::/0", "255.255.255.255/32", "10.0.0.0/33", "10.0.0.1/8",
        "2001:db8::/129", "fe80::1%eth0", "fe80::1%", "::ffff:10.0.0.1", "10.0.0.1-10.0.0.0", "65000:65536",
        "65000:1:2:3",
        "no-export", "IPv4", "IPv6", "Unicast", "Local", "Cluster", "In", "Exists", "NotIn", "DoesNotExist",
        "martlet.dev/v2", "v1", "BGPClusterConfig", "Service", "2026-13-41T25:61:61Z", "\u{0}", "\u{FEFF}", "٣", "👩‍👩‍👧",
        "a/b",
        "kubernetes.io/hostname", "<<", "*a", "&a x", "!!int 3", "|", "a: b", "- a", "\n", "\t", "true", "null", "0x10",
        "1e400", "..", "/", "%00",
        .string(String(repeating: "x", count: 300)),
    ]

    /// The value with one place in it changed: another value, an element fewer or twice, a key renamed.
    package mutating func damaged(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(var members) where !members.isEmpty && !chance(12):
            let keys = members.keys.sorted()
            let key = keys[below(keys.count)]
            switch below(12) {
            case 0: members[key] = nil
            case 1: members[keys[below(keys.count)]] = members[key]
            case 2:
                members["\(key)\(chance(2) ? "" : "x")"] = members.removeValue(forKey: key)
            default: members[key] = damaged(members[key] ?? nil)
            }
            return .object(members)
        case .array(var elements) where !elements.isEmpty && !chance(12):
            let index = below(elements.count)
            switch below(12) {
            case 0: elements.remove(at: index)
            case 1: elements.append(elements[index])
            case 2: elements += Array(repeating: elements[index], count: below(40))
            default: elements[index] = damaged(elements[index])
            }
            return .array(elements)
        case .string(let text) where chance(3):
            return .string(damaged(text))
        default:
            return Self.edges[below(Self.edges.count)]
        }
    }

    /// The text with a few characters changed, left out or repeated.
    package mutating func damaged(_ text: String) -> String {
        var scalars = Array(text.unicodeScalars)
        let special = Array("{}[]:,#&*!|>'\"%@`-? \t\n\r\\<~0/.\u{0}\u{85}\u{2028}\u{FEFF}é".unicodeScalars)
        for _ in 0...below(4) {
            let place = below(scalars.count + 1)
            let length = min(below(20), scalars.count - place)
            switch below(4) {
            case 0: scalars.insert(special[below(special.count)], at: place)
            case 1: scalars.removeSubrange(place..<place + length)
            case 2: scalars.insert(contentsOf: scalars[place..<place + length], at: below(scalars.count + 1))
            default: if place < scalars.count { scalars[place] = special[below(special.count)] }
            }
        }
        var result = ""
        result.unicodeScalars.append(contentsOf: scalars)
        return result
    }
}
