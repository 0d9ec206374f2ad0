#pragma once

#if !__has_include(<sqlite3.h>)
#error "SQLite is missing: run scripts/setup, or install the Debian package libsqlite3-dev."
#endif

#include <sqlite3.h>

/// Binds a text that SQLite copies at once; `SQLITE_TRANSIENT` is a cast that Swift cannot import.
int live_loop_bind_text(sqlite3_stmt *statement, int index, const char *text, int byteCount);

/// Forbids what could damage the file or run foreign code: writable schema, triggers with side
/// effects of an untrusted schema, double-quoted strings. `sqlite3_db_config` takes a variable
/// number of arguments, which Swift cannot pass.
int live_loop_harden(sqlite3 *database);
