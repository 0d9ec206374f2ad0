import Platform
import SQLite
import TestSupport
import Testing

@Suite struct DatabaseTests {
    @Test func `what was committed is there in the next life of the connection`() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/a.db"
            do {
                let database = try Database(path: path)
                try database.execute("CREATE TABLE t (a INTEGER, b TEXT)")
                try database.transaction { () throws(SQLiteError) in
                    try database.execute(
                        "INSERT INTO t VALUES (?, ?)",
                        [.integer(.min), .text("\u{0}ä'\"")]
                    )
                }
            }
            let database = try Database(path: path, access: .readOnly)
            #expect(try database.integer("SELECT a FROM t") == .min)
            #expect(try database.text("SELECT b FROM t") == "\u{0}ä'\"")
            #expect(try database.integrityFault() == nil)
        }
    }

    @Test func `a transaction that throws leaves nothing behind`() throws {
        try withTemporaryDirectory { directory in
            let database = try Database(path: directory + "/a.db")
            try database.execute("CREATE TABLE t (a INTEGER PRIMARY KEY)")
            let error = #expect(throws: SQLiteError.self) {
                try database.transaction { () throws(SQLiteError) in
                    try database.execute("INSERT INTO t VALUES (1)")
                    try database.execute("INSERT INTO t VALUES (1)")
                }
            }
            #expect(error?.primaryCode == 19)
            #expect(try database.integer("SELECT count(*) FROM t") == 0)
            try database.transaction { () throws(SQLiteError) in
                try database.execute("INSERT INTO t VALUES (1)")
            }
            #expect(try database.integer("SELECT count(*) FROM t") == 1)
        }
    }

    @Test func `every connection waits for the disk and keeps a write-ahead log`() throws {
        try withTemporaryDirectory { directory in
            let database = try Database(path: directory + "/a.db")
            #expect(try database.text("PRAGMA journal_mode") == "wal")
            #expect(try database.integer("PRAGMA synchronous") == 2)
            #expect(try database.integer("PRAGMA foreign_keys") == 1)
            #expect(try database.integer("PRAGMA cell_size_check") == 1)
            try database.execute("CREATE TABLE t (a)")
            try database.transaction(.processDeath) { () throws(SQLiteError) in
                try database.execute("INSERT INTO t VALUES (1)")
            }
            try database.transaction { () throws(SQLiteError) in
                try database.execute("INSERT INTO t VALUES (2)")
            }
            #expect(try database.integer("PRAGMA synchronous") == 2)
        }
    }

    @Test func `a file that is no database says so, with a remedy`() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/a.db"
            let text = String(repeating: "not a database. ", count: 100)
            try AtomicFile.write(Array(text.utf8), to: path)
            let error = #expect(throws: SQLiteError.self) { _ = try Database(path: path) }
            #expect(error?.primaryCode == 26)
            #expect(error?.description.contains(path) == true)
            #expect(error?.description.contains("evidence") == true)
        }
    }

    @Test func `a missing directory is named`() throws {
        let error = #expect(throws: SQLiteError.self) {
            _ = try Database(path: "/nowhere/at/all.db")
        }
        #expect(error?.primaryCode == 14)
        #expect(error?.path == "/nowhere/at/all.db")
    }

    @Test func `a reader changes nothing`() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/a.db"
            let writer = try Database(path: path)
            try writer.execute("CREATE TABLE t (a)")
            let reader = try Database(path: path, access: .readOnly)
            let error = #expect(throws: SQLiteError.self) {
                try reader.execute("INSERT INTO t VALUES (1)")
            }
            #expect(error?.primaryCode == 8)
        }
    }

    @Test func `a lock of another connection is waited for and then told as busy`() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/a.db"
            let first = try Database(path: path)
            try first.execute("CREATE TABLE t (a)")
            let second = try Database(path: path, busyMilliseconds: 1)
            try first.execute("BEGIN IMMEDIATE")
            let error = #expect(throws: SQLiteError.self) {
                try second.transaction { () throws(SQLiteError) in }
            }
            #expect(error?.isBusy == true && error?.isFinal == false)
        }
    }

    @Test func `the wrong number of values traps`() async {
        let result = await #expect(
            processExitsWith: .failure,
            observing: [\.standardErrorContent]
        ) {
            let database = try Database(path: ":memory:", access: .readOnly)
            try database.execute("SELECT ?", [])
        }
        let said = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(said.contains("0 values, not 1"))
    }
}
