/*
 * claim.h -- what the domain tests share: an assertion that names its case.
 */
#ifndef KITH_TESTS_DOMAIN_CLAIM_H
#define KITH_TESTS_DOMAIN_CLAIM_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Fails with the case's name, which an assert of cmocka's would not print. */
#define CLAIM(ok, name) \
	do { \
		if (!(ok)) { \
			fail_msg("%s: %s", (name), #ok); \
		} \
	} while (0)

#endif
