/*
 * json_scan.h -- how far does a string go before it needs a second look?
 *
 * Reader and writer pass over clean text eight bytes at a time; each names the
 * bytes that stop it. Nobody else includes this.
 */
#ifndef KITH_BASE_JSON_SCAN_H
#define KITH_BASE_JSON_SCAN_H

#include <endian.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define KITH_SCAN_ONES UINT64_C(0x0101010101010101)
#define KITH_SCAN_TOPS UINT64_C(0x8080808080808080)

/* Eight bytes with the first one lowest, whatever the machine. */
static inline uint64_t kith_scan_load(const char *at)
{
	uint64_t word;
	memcpy(&word, at, sizeof(word));
	return le64toh(word);
}

/* The top bit of the first byte of WORD that is less than LIMIT (≤ 0x80), and
 * perhaps of later ones: only the lowest bit set counts. 0 when there is none. */
static inline uint64_t kith_scan_less(uint64_t word, uint8_t limit)
{
	return (word - KITH_SCAN_ONES * limit) & ~word & KITH_SCAN_TOPS;
}

/* The same for bytes equal to BYTE. */
static inline uint64_t kith_scan_equal(uint64_t word, uint8_t byte)
{
	return kith_scan_less(word ^ (KITH_SCAN_ONES * byte), 1);
}

/* Which byte the lowest bit of HITS (not 0) belongs to. */
static inline size_t kith_scan_first(uint64_t hits)
{
	return (size_t)__builtin_ctzll(hits) / 8;
}

#endif
