#include "CZlib.h"

#include <errno.h>

gzFile live_loop_gzip_open(const char *path) {
    errno = 0;
    gzFile file = gzopen(path, "rbe");
    if (file != NULL) (void)gzbuffer(file, 131072);
    return file;
}

int live_loop_gzip_read(gzFile file, void *bytes, unsigned size) {
    int count = gzread(file, bytes, size);
    if (count > 0) return count;
    // A file that was cut short ends like a whole one, and says so only here.
    int code = Z_OK;
    (void)gzerror(file, &code);
    return code == Z_OK || code == Z_STREAM_END ? count : -1;
}

const char *live_loop_gzip_reason(gzFile file) {
    int code = Z_OK;
    return gzerror(file, &code);
}
