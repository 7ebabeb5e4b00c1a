/*
 * usage.h -- what has a process cost so far, and which one listens there?
 *
 * Asks /proc: user and system time of a process, and the process that holds
 * the listening socket of a port. Changes nothing.
 */
#ifndef KITH_BENCH_USAGE_H
#define KITH_BENCH_USAGE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/macros.h"

/* User and system time of PID in us, in steps of the kernel's clock tick (10 ms
 * as a rule). returns false, out untouched, when it cannot be read. */
KITH_MUST_USE bool kith_usage_cpu_us(pid_t pid, int64_t *out);

/* The process that listens on TCP port PORT; 0 when it is not found, or may not be seen. */
pid_t kith_usage_find_listener(int port);

#endif
