#include "CZeroMQ.h"

#include <stdlib.h>

zmq_msg_t *live_loop_message_new(void) {
    zmq_msg_t *message = malloc(sizeof *message);
    if (message != NULL) zmq_msg_init(message);
    return message;
}

void live_loop_message_free(zmq_msg_t *message) {
    if (message == NULL) return;
    zmq_msg_close(message);
    free(message);
}
