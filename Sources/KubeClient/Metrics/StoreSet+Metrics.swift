import KubeModel
package import PlainMetrics

extension StoreSet {
    /// How many objects of each kind are known.
    package var samples: [MetricSample] {
        feeds.map { MetricDescription.storeObjects.sample([$0.type.kind], is: Double($0.count)) }
    }
}
