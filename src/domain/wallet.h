/*
 * wallet.h -- which wallet is meant, and is it written without a slip?
 *
 * Reads the forms in which a wallet may be written and gives the one text
 * by which it is compared and stored; sees to the checksum that capitals carry
 * (EIP-55). Reads the form of an NFT address too. Asks no chain, and knows
 * nobody's wallet: both are for others.
 */
#ifndef KITH_DOMAIN_WALLET_H
#define KITH_DOMAIN_WALLET_H

#include <stdbool.h>

#include "base/err.h"
#include "base/str.h"

enum {
	KITH_WALLET_HEX = 42,    /* bytes of 0x and 40 hex digits                   */
	KITH_WALLET_MAX = 72,    /* bytes of the longest: scw:eip155:<chain>:0x…    */
	KITH_CHAIN_ID_MAX = 18,  /* digits of a chain's id                          */
	KITH_NFT_TOKEN_MAX = 78, /* digits: as many as 2^256 has                    */
	KITH_NFT_EPOCH_MAX = 18, /* digits                                          */
};

/* A wallet as it is compared: equal texts are the same wallet, others are not. */
struct kith_wallet {
	size_t len;
	char text[KITH_WALLET_MAX]; /* "0x…" or "scw:eip155:<chain>:0x…", lower case */
};

/* 0x and 40 hex digits of any case, whatever their checksum. */
bool kith_wallet_is_hex(struct kith_str text);

/* Begins TEXT as a wallet or an NFT does, so that it is no other form of address? */
bool kith_wallet_is_meant(struct kith_str text);

/*
 * Reads 0x + 40 hex, eip155:0x…, eip155:<chain>:0x… and scw:eip155:<chain>:0x…. The
 * chain goes, except of a smart contract's wallet, which is another on each chain.
 *
 * returns  KITH_OK                     out is set
 *          KITH_E_INVALID_REQUEST      none of these forms, or upper and lower case
 *                                      letters that are not the checksum's
 *          KITH_E_NFT_RESOLVER_MISSING nft:eip155:<chain>:<contract>:<token>[:<epoch>],
 *                                      well written: nobody is configured to ask
 *                                      whose it is
 * source   R-003, EIP-55, CAIP-2, CAIP-10
 */
KITH_MUST_USE enum kith_rc kith_wallet_read(struct kith_str text, struct kith_wallet *out,
                                            struct kith_why *why);

/* The text of WALLET; borrows it. */
struct kith_str kith_wallet_str(const struct kith_wallet *wallet);

#endif
