#pragma once

#if !__has_include(<zmq.h>)
#error "libzmq is missing: run scripts/setup, or install the Debian package libzmq3-dev."
#endif

#include <zmq.h>

/// Places message parts of one socket at a stable address, so that Swift never hands libzmq a
/// pointer to a temporary copy of a `zmq_msg_t` (short messages keep their bytes inside it).
zmq_msg_t *live_loop_message_new(void);
void live_loop_message_free(zmq_msg_t *message);
