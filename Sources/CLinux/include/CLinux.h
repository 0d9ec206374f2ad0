#pragma once

// What Linux offers and the Glibc module does not export.
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/// `open` with a mode; Swift cannot call variadic functions.
int live_loop_open(const char *path, int flags, mode_t mode);
/// Pins the calling thread to one CPU. Returns 0, or -1 with `errno`.
int live_loop_pin_thread(int cpu);
/// Names the calling thread (15 bytes at most).
void live_loop_name_thread(const char *name);
/// Sets the calling thread's timer slack to 1 ns.
void live_loop_minimize_timer_slack(void);
/// Asks for turns of this length on the calling thread's CPU; threads it starts get the usual one.
/// Returns 0, or -1 with `errno`.
int live_loop_request_slice(int64_t nanoseconds);
/// `ppoll` without a signal mask; a negative timeout waits without end.
int live_loop_poll(struct pollfd *entries, nfds_t count, int64_t nanoseconds);
/// The lines that a terminal shows, or -1 with `errno`.
int live_loop_terminal_rows(int descriptor);
/// Accepts a connection; its descriptor does not block and is not inherited by children.
int live_loop_accept(int listener);
