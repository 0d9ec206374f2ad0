/// Finds the name that a mistyped one was meant to be.
package enum NearestName {
    /// The closest candidate, when it is close enough to be a slip of the finger.
    ///
    /// Close enough is an edit distance of at most `distanceMax`, and less than half of the name.
    package static func find(
        _ name: String,
        among candidates: [String],
        distanceMax: Int = 3
    ) -> String? {
        var best: (name: String, distance: Int)?
        for candidate in candidates {
            let limit = min(distanceMax, max(1, candidate.utf8.count / 3))
            let distance = editDistance(Array(name.utf8.prefix(64)), Array(candidate.utf8))
            guard distance <= limit, distance < best?.distance ?? .max else { continue }
            best = (candidate, distance)
        }
        return best?.name
    }

    /// Insertions, deletions, replacements and swaps of neighbours from one text to the other
    /// (Damerau, 1964, restricted).
    private static func editDistance(_ from: [UInt8], _ target: [UInt8]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...target.count)
        for row in 0..<from.count {
            var current = [row + 1]
            for column in 0..<target.count {
                let replaced = last[column] + (from[row] == target[column] ? 0 : 1)
                var cost = min(replaced, last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, from[row] == target[column - 1],
                    from[row - 1] == target[column]
                {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            (beforeLast, last) = (last, current)
        }
        return last[target.count]
    }
}
