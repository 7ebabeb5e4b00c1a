/*
 * fuzz.h -- the one function that every target has.
 *
 * libFuzzer calls it with inputs of its own making, replay.c with the files of a
 * corpus. It returns 0, or the process ends: a target finds out by assertion.
 */
#ifndef KITH_FUZZ_H
#define KITH_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
