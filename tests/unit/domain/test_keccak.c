/*
 * test_keccak.c -- digests that others have published, and the edges of a block.
 */
#include "domain/keccak.h"

#include <stdio.h>

#include "unit/domain/claim.h"

static void hex_of(struct kith_str bytes, char out[2 * KITH_KECCAK_BYTES + 1])
{
	uint8_t digest[KITH_KECCAK_BYTES];

	kith_keccak256(bytes, digest);
	for (size_t i = 0; i < sizeof(digest); i++) {
		snprintf(out + 2 * i, 3, "%02x", digest[i]);
	}
}

static const struct {
	const char *name;
	const char *text;
	const char *digest;
} known[] = {
	{ "nothing (the code hash of an account without code)", "",
	  "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470" },
	{ "abc", "abc", "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45" },
	{ "the event Transfer of ERC-20", "Transfer(address,address,uint256)",
	  "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef" },
	{ "the function transfer of ERC-20, a9059cbb", "transfer(address,uint256)",
	  "a9059cbb2ab09eb219583f4a59a5d0623ade346d962bcd4e46b11da047c9049b" },
	{ "a sentence", "The quick brown fox jumps over the lazy dog",
	  "4d741b6f1eb29cb2a9b9911c82f56fa8d73b04959d3d9d222895df6c0b28aa15" },
};

static void test_it_is_the_hash_that_ethereum_means(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(known); i++) {
		char hex[2 * KITH_KECCAK_BYTES + 1];

		hex_of(kith_str_of(known[i].text), hex);
		CLAIM(strcmp(hex, known[i].digest) == 0, known[i].name);
	}
}

/* So many letters a; the digests are a second implementation's. */
static const struct {
	size_t len;
	const char *digest;
} edges[] = {
	{ 134, "e5de5653994e2fa6729d329b65b5f332dee942a7ea54515e173824c232a4ff91" },
	{ 135, "34367dc248bbd832f4e3e69dfaac2f92638bd0bbd18f2912ba4ef454919cf446" },
	{ 136, "a6c4d403279fe3e0af03729caada8374b5ca54d8065329a3ebcaeb4b60aa386e" },
	{ 137, "d869f639c7046b4929fc92a4d988a8b22c55fbadb802c0c66ebcd484f1915f39" },
	{ 271, "132f47effd6c8b1b299efa53fe68aece77ec8ae4eb2e294f668eec94f76001e1" },
	{ 272, "cf7fcd4f705ee749930d19ca84561a9bf62516bd90a471545fa2f49fdc7e63c8" },
	{ 273, "5a7b8187d2778e614097fac3097573de1fee4d972304d3360796a857029bb176" },
};

/* The padding's two ends share a byte at 135, and need a block more at 136. */
static void test_the_padding_holds_around_the_edges_of_a_block(void **state)
{
	(void)state;
	for (size_t i = 0; i < KITH_COUNT(edges); i++) {
		char hex[2 * KITH_KECCAK_BYTES + 1];
		char *letters = malloc(edges[i].len);

		assert_non_null(letters);
		memset(letters, 'a', edges[i].len);
		hex_of(kith_str_make(letters, edges[i].len), hex);
		assert_string_equal(hex, edges[i].digest);
		free(letters);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_it_is_the_hash_that_ethereum_means),
		cmocka_unit_test(test_the_padding_holds_around_the_edges_of_a_block),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
