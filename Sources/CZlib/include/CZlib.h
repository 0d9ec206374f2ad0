#pragma once

#if !__has_include(<zlib.h>)
#error "zlib is missing: run scripts/setup, or install the Debian package zlib1g-dev."
#endif

#include <stddef.h>
#include <zlib.h>

/// Opens a file for reading, whether it is compressed or not. `NULL` with `errno`, which is 0 without memory.
gzFile live_loop_gzip_open(const char *path);
/// Reads at most `size` bytes of the content. Returns how many, 0 at the end, -1 when it is damaged.
int live_loop_gzip_read(gzFile file, void *bytes, unsigned size);
/// Why the last read failed; the text lives until the next call.
const char *live_loop_gzip_reason(gzFile file);
