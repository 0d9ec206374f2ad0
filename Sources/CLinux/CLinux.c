#define _GNU_SOURCE
#include "CLinux.h"

#include <sys/syscall.h>

// SCHED_FLAG_RESET_ON_FORK of the kernel's header, which does not go together with glibc's.
#define SCHED_RESET_ON_FORK_FLAG 1

int live_loop_open(const char *path, int flags, mode_t mode) { return open(path, flags, mode); }

int live_loop_pin_thread(int cpu) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(cpu, &set);
    return sched_setaffinity(0, sizeof set, &set);
}

void live_loop_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

void live_loop_minimize_timer_slack(void) { prctl(PR_SET_TIMERSLACK, 1UL, 0, 0, 0); }

// glibc 2.36 has neither the calls nor the structure.
struct live_loop_sched_attr {
    uint32_t size;
    uint32_t policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime;
    uint64_t deadline;
    uint64_t period;
};

int live_loop_request_slice(int64_t nanoseconds) {
    struct live_loop_sched_attr attr = {0};
    if (syscall(SYS_sched_getattr, 0, &attr, sizeof attr, 0) != 0) return -1;
    if (attr.policy != SCHED_OTHER) return 0;
    attr.flags |= SCHED_RESET_ON_FORK_FLAG;
    attr.runtime = (uint64_t)nanoseconds;
    return (int)syscall(SYS_sched_setattr, 0, &attr, 0);
}

int live_loop_poll(struct pollfd *entries, nfds_t count, int64_t nanoseconds) {
    if (nanoseconds < 0) return ppoll(entries, count, NULL, NULL);
    struct timespec timeout = {nanoseconds / 1000000000, nanoseconds % 1000000000};
    return ppoll(entries, count, &timeout, NULL);
}

int live_loop_terminal_rows(int descriptor) {
    struct winsize size;
    return ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_row : -1;
}

int live_loop_accept(int listener) {
    return accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
}
