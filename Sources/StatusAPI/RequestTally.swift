package import Telemetry

/// Counts requests by route and status, and how long their answers took to make.
package struct RequestTally: Sendable {
    /// The requests of one route.
    package struct Handler: Sendable {
        /// The path as the interface's description writes it, or `other` for what leads to no route.
        package let name: String
        /// Requests by the status of their answer, ascending.
        package private(set) var counts: [(code: Int, count: UInt64)] = []
        /// How long making the answers took.
        package fileprivate(set) var durations = BucketHistogram(bounds: BucketBounds.request)

        fileprivate init(_ name: String) { self.name = name }

        /// Counts answers; none of them makes the status known, so that its rate is known from the start.
        mutating func add(_ count: UInt64, _ code: Int) {
            let index = counts.firstIndex { $0.code >= code } ?? counts.count
            if index == counts.count || counts[index].code != code {
                counts.insert((code, 0), at: index)
            }
            counts[index].count &+= count
        }
    }

    /// All routes in the order of ``StatusRoute/all``, and what leads to none.
    package private(set) var handlers: [Handler]

    init() {
        handlers = StatusRoute.all.map { route in
            var handler = Handler(route.template)
            handler.add(0, route.successStatus)
            return handler
        }
        handlers.append(Handler("other"))
    }

    /// Counts a request.
    mutating func note(_ route: StatusRoute?, _ code: Int) {
        handlers[Self.index(route)].add(1, code)
    }

    /// Records how long an answer took to make.
    mutating func note(_ route: StatusRoute?, nanoseconds: Int64) {
        handlers[Self.index(route)].durations.record(nanoseconds)
    }

    private static func index(_ route: StatusRoute?) -> Int {
        let template = route?.template
        return StatusRoute.all.firstIndex { $0.template == template } ?? StatusRoute.all.count
    }
}
