/// Guesses what a person meant to write.
package enum Spelling {
    /// The word that a misspelt one reads most like; nil when none is near, or two are equally near.
    ///
    /// Near is: the same but for capital letters, the same letters in another order, the beginning of the other, or at
    /// most every third letter wrong.
    package static func closest(to word: String, among words: [String]) -> String? {
        let plain = word.lowercased()
        if let same = words.first(where: { $0.lowercased() == plain }) { return same }
        if let twisted = words.first(where: { $0.lowercased().sorted() == plain.sorted() }) { return twisted }
        let longer = words.filter { $0.lowercased().hasPrefix(plain) || plain.hasPrefix($0.lowercased()) }
        if plain.count >= 3, longer.count == 1 { return longer.first }
        let near = words.map { (word: $0, distance: distance(plain, $0.lowercased())) }
            .filter { $0.distance <= max(1, plain.count / 3) }
            .sorted { ($0.distance, $0.word) < ($1.distance, $1.word) }
        guard let first = near.first, near.count == 1 || near[1].distance > first.distance else { return nil }
        return first.word
    }

    /// How many letters have to be added, dropped or changed to make one word of another (Levenshtein).
    private static func distance(_ left: String, _ right: String) -> Int {
        let letters = Array(right)
        var row = Array(0...letters.count)
        for (line, letter) in left.enumerated() {
            var diagonal = row[0]
            row[0] = line + 1
            for (column, other) in letters.enumerated() {
                let changed = diagonal + (letter == other ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(changed, row[column] + 1, diagonal + 1)
            }
        }
        return row[letters.count]
    }
}
