package import BGPEngine
import BGPResources
package import BGPTypes
import BGPWire
import KubeModel

/// One attribute of a route and where its value comes from.
package struct ExplainedAttribute: Codable, Hashable, Sendable {
    /// How one value is made of several.
    package enum Rule: String, Codable, Hashable, Sendable {
        /// Nobody sets it, so it is what the protocol has.
        case standard = "Default"
        /// All values of all entries.
        case union = "Union"
        /// The highest value.
        case highest = "Highest"
        /// The lowest value.
        case lowest = "Lowest"
        /// The most repetitions.
        case longest = "Longest"
        /// IGP before EGP before INCOMPLETE.
        case best = "Best"
        /// A node that is being drained sets it, whatever the entries say.
        case drain = "Drain"
    }

    /// One that sets the attribute.
    package struct Contributor: Codable, Hashable, Sendable {
        /// The object, as `Kind/name`.
        package var object: String
        /// The place of the entry in `spec.advertisements`, from 0; absent for a node.
        package var entry: Int?
        /// What it sets.
        package var value: String
        /// Whether the value is in the result.
        package var used: Bool
    }

    /// `origin`, `localPreference`, `med`, `asPathPrepend`, `communities` or `largeCommunities`.
    package var name: String
    /// The value of the route.
    package var value: String
    /// How it comes of what the contributors set.
    package var rule: Rule
    /// Who sets it, in the order of the entries.
    package var contributors: [Contributor]
    /// `false` where it is not sent to the peer; absent otherwise.
    ///
    /// Local preference is for internal peers alone (RFC 4271 §5.1.5).
    package var sent: Bool?

    /// The name of LOCAL_PREF.
    package static let localPreference = "localPreference"
}

/// Takes the merge of several entries' attributes apart.
struct AttributeMerge {
    let entries: [PolicyRule]
    let merged: RouteAttributes
    /// The node, when it is being drained and has its say.
    let leaving: String?

    /// The attributes that are there, in the order of the wire's type codes.
    var attributes: [ExplainedAttribute] {
        var attributes = [
            ExplainedAttribute(
                name: "origin",
                value: merged.origin.description,
                rule: entries.contains { $0.attributes.origin != nil } ? .best : .standard,
                contributors: contributors { $0.origin.map { ($0.description, $0 == merged.origin) } }
            )
        ]
        func add(_ name: String, _ value: String?, _ rule: ExplainedAttribute.Rule, _ list: [Contributor]) {
            if let value {
                attributes.append(ExplainedAttribute(name: name, value: value, rule: rule, contributors: list))
            }
        }
        let preferences = contributors {
            $0.localPreference.map { ("\($0)", leaving == nil && $0 == merged.localPreference) }
        }
        add(
            ExplainedAttribute.localPreference,
            merged.localPreference.map(\.description),
            leaving == nil ? .highest : .drain,
            preferences + drained("0")
        )
        add("med", merged.med.map(\.description), .lowest, contributors { $0.med.map { ("\($0)", $0 == merged.med) } })
        add(
            "asPathPrepend",
            merged.asPathPrepend > 0 ? "\(merged.asPathPrepend)" : nil,
            .longest,
            contributors { $0.asPathPrepend.map { ("\($0)", $0 == merged.asPathPrepend) } }
        )
        add(
            "communities",
            merged.communities.isEmpty ? nil : merged.communities.map(\.description).joined(separator: ","),
            .union,
            contributors { joined($0.communities.sorted().map(\.description)) }
                + drained(Community.gracefulShutdown.description)
        )
        add(
            "largeCommunities",
            merged.largeCommunities.isEmpty ? nil : merged.largeCommunities.map(\.description).joined(separator: ","),
            .union,
            contributors { joined($0.largeCommunities.sorted().map(\.description)) }
        )
        return attributes
    }

    private typealias Contributor = ExplainedAttribute.Contributor

    private func joined(_ values: [String]) -> (String, Bool)? {
        values.isEmpty ? nil : (values.joined(separator: ","), true)
    }

    private func drained(_ value: String) -> [Contributor] {
        leaving.map { [Contributor(object: "Node/\($0)", entry: nil, value: value, used: true)] } ?? []
    }

    private func contributors(_ value: (EntryAttributes) -> (String, Bool)?) -> [Contributor] {
        entries.compactMap { entry in
            value(entry.attributes).map { text, isUsed in
                Contributor(
                    object: entry.reference.object.description,
                    entry: entry.reference.index,
                    value: text,
                    used: isUsed
                )
            }
        }
    }
}

extension Advertiser {
    /// The attributes of the route to a prefix as a peer would get it, each with where it comes from.
    package func explainedAttributes(of prefix: IPPrefix, to peer: PeerID) -> [ExplainedAttribute] {
        guard let group = policy.peers.first(where: { $0.id == peer })?.group else { return [] }
        let places = candidateTables[group].rules(of: prefix)
        guard !places.isEmpty else { return [] }
        let entries = places.map { policy.rules[$0] }.sorted { $0.reference < $1.reference }
        let isLeaving = policy.standing.gates.drain != .none && entries.contains(where: \.concernsServices)
        return AttributeMerge(
            entries: entries,
            merged: policy.attributes(places),
            leaving: isLeaving ? configuration.nodeName : nil
        )
        .attributes
    }
}
