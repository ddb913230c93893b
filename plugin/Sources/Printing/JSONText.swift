package import KubeJSON

extension JSONValue {
    /// The value as JSON the way kubectl prints it: four spaces a level, keys in order, a line break at the end.
    ///
    /// What would act on a terminal is escaped.
    package var jsonText: String {
        JSONWriter.text(self, style: JSONWriter.Style(indentation: 4, escapesFormats: true)) + "\n"
    }
}
