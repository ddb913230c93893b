import KubeModel
package import PlainMetrics

extension StoreSet {
    /// How many objects of each kind are known, in whichever of its groups.
    package var samples: [MetricSample] {
        Dictionary(feeds.map { ($0.type.kind, $0.count) }, uniquingKeysWith: +)
            .map { MetricDescription.storeObjects.sample([$0.key], is: Double($0.value)) }
    }
}
