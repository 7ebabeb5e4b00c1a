/*
 * clock.h -- a steady clock that a test moves by hand.
 *
 * The programs that include this are linked so that net's kith_when_steady_us()
 * comes here. It stands still, so nothing becomes due that a test did not ask
 * for, and seconds pass in no time.
 */
#ifndef KITH_TESTS_NET_CLOCK_H
#define KITH_TESTS_NET_CLOCK_H

#include <stdint.h>

static int64_t steady_us = INT64_C(1000000000);

int64_t __wrap_kith_when_steady_us(void);

int64_t __wrap_kith_when_steady_us(void)
{
	return steady_us;
}

#endif
