/// The version of Martlet that this source is.
package enum MartletVersion {
    /// The version of all programs, the chart and the images, as in a release's tag without its `v`: major, minor, patch.
    package static let current = "0.2.0"
}
