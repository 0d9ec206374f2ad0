import Foundation

/// The description of the HTTP interface, and what of it bodies have shown.
///
/// A body is held against its schema in both directions: each member must be described, each described
/// member must be there, and after all bodies each one must have had a value other than `null` once.
package struct OpenAPIDocument {
    private let root: YAMLValue
    /// What bodies and schemas do not agree about.
    package private(set) var faults: [String] = []
    /// The described members that had a value.
    private var seen: Set<String> = []
    private var reached: Set<String> = []

    /// Reads `docs/openapi.yaml`.
    package init() throws {
        let root = #filePath.dropLast("/Tests/TestSupport/OpenAPIDocument.swift".count)
        let path = String(root) + "/docs/openapi.yaml"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        self.root = try YAMLReader.read(text)
    }

    /// The operations that are described, as in `GET /healthz`, in the order of the document.
    package var operations: [String] {
        (root["paths"]?.members ?? []).flatMap { path in
            path.value.members.filter { $0.key != "parameters" }
                .map { "\($0.key.uppercased()) \(path.key)" }
        }
    }

    /// The schema of an operation's JSON answer; `nil` where it answers with something else.
    package func schema(of operation: String, status: Int) -> YAMLValue? {
        let parts = operation.split(separator: " ")
        let described = root["paths"]?[String(parts[1])]?[parts[0].lowercased()]
        return described?["responses"]?[String(status)]
            .flatMap { resolve($0).value["content"]?["application/json"]?["schema"] }
    }

    /// The schema of this name.
    package func schema(_ name: String) -> YAMLValue? { root["components"]?["schemas"]?[name] }

    /// The schema of the bodies that operators send.
    package var operatorRequest: YAMLValue? {
        root["components"]?["requestBodies"]?["Operator"]?["content"]?["application/json"]?[
            "schema"
        ]
    }

    // MARK: Bodies

    /// Holds a body against a schema.
    ///
    /// - Throws: When it is no JSON.
    package mutating func check(_ body: String, _ schema: YAMLValue?, _ place: String) throws {
        guard let schema else { return faults.append("\(place) is not described") }
        let value = try JSONDecoder().decode(JSONValue.self, from: Data(body.utf8))
        check(value, schema, place)
        collect(schema, place)
    }

    /// The described members of which no body had a value.
    package var unseen: [String] { reached.subtracting(seen).sorted() }

    private mutating func check(_ value: JSONValue, _ schema: YAMLValue, _ place: String) {
        let (schema, place) = resolve(schema, place)
        let types = schema["type"]?.elements ?? []
        if !types.contains(where: value.isOf) {
            faults.append("\(place) is \(value), not \(types)")
        }
        if let cases = schema["enum"]?.elements, case .string(let text) = value,
            !cases.contains(text)
        {
            faults.append("\(place) is '\(text)', not one of \(cases)")
        }
        switch value {
        case .object(let members): check(members, schema, place)
        case .array(let elements):
            guard let items = schema["items"] else { return faults.append("\(place) has no items") }
            for element in elements { check(element, items, place + "[]") }
        default: break
        }
    }

    private mutating func check(
        _ members: [String: JSONValue],
        _ schema: YAMLValue,
        _ place: String
    ) {
        if let others = schema["additionalProperties"] {
            for (name, value) in members { check(value, others, "\(place).\(name)") }
            return
        }
        let described = schema["properties"]?.members ?? []
        let names = described.map(\.key)
        let required = schema["required"]?.elements ?? []
        if required != names { faults.append("\(place) requires \(required), describes \(names)") }
        for name in members.keys where !names.contains(name) {
            faults.append("\(place).\(name) is not described")
        }
        for member in described {
            let place = "\(place).\(member.key)"
            guard let value = members[member.key] else {
                faults.append("\(place) is described, not there")
                continue
            }
            check(value, member.value, place)
            if value != .null, value != .array([]) { seen.insert(place) }
        }
    }

    /// Notes every member that a schema describes.
    private mutating func collect(_ schema: YAMLValue, _ place: String) {
        let (schema, place) = resolve(schema, place)
        for member in schema["properties"]?.members ?? [] {
            let place = "\(place).\(member.key)"
            guard reached.insert(place).inserted else { continue }
            collect(member.value, place)
        }
        if let items = schema["items"] { collect(items, place + "[]") }
        if let others = schema["additionalProperties"] { collect(others, place) }
    }

    /// What a reference points to, and its name.
    private func resolve(_ value: YAMLValue, _ place: String = "") -> (value: YAMLValue, String) {
        guard let reference = value["$ref"]?.text else { return (value, place) }
        let path = reference.dropFirst(2).split(separator: "/").map(String.init)
        var target: YAMLValue? = root
        for name in path { target = target?[name] }
        return (target ?? .map([]), path.last ?? place)
    }
}

/// A JSON value that can be held against a schema.
private enum JSONValue: Decodable, Equatable {
    case null
    case flag(Bool)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let flag = try? container.decode(Bool.self) {
            self = .flag(flag)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let text = try? container.decode(String.self) {
            self = .string(text)
        } else if let elements = try? container.decode([JSONValue].self) {
            self = .array(elements)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    /// Whether a schema's type names it.
    func isOf(type: String) -> Bool {
        switch self {
        case .null: type == "null"
        case .flag: type == "boolean"
        case .number(let number):
            type == "number" || (type == "integer" && number.rounded() == number)
        case .string: type == "string"
        case .array: type == "array"
        case .object: type == "object"
        }
    }
}
