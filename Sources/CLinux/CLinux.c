#define _GNU_SOURCE
#include "CLinux.h"

int live_loop_open(const char *path, int flags, mode_t mode) { return open(path, flags, mode); }

int live_loop_pin_thread(int cpu) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    return sched_setaffinity(0, sizeof set, &set);
}

void live_loop_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

void live_loop_minimize_timer_slack(void) { prctl(PR_SET_TIMERSLACK, 1UL, 0, 0, 0); }

int live_loop_poll(struct pollfd *entries, nfds_t count, int64_t nanoseconds) {
    if (nanoseconds < 0) return ppoll(entries, count, NULL, NULL);
    struct timespec timeout = {nanoseconds / 1000000000, nanoseconds % 1000000000};
    return ppoll(entries, count, &timeout, NULL);
}

int live_loop_accept(int listener) {
    return accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
}
