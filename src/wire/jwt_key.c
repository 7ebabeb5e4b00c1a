/*
 * jwt_key.c -- did the owner of this key sign these bytes?
 *
 * HS256 and Ed25519 are libsodium's, RS256 and key files are OpenSSL's. Secrets
 * are compared in constant time. A key of ours that cannot be read (a damaged
 * row) verifies nothing; it never ends the process. OpenSSL's queue of errors is
 * left empty.
 */
#include "wire/jwt_key.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <sodium.h>

static enum kith_rc refuse(struct kith_why *why, const char *sentence)
{
	return kith_refuse(why, KITH_E_UNAUTHENTICATED, NULL, "%s", sentence);
}

static const uint8_t *bytes_of(struct kith_str text)
{
	return (const uint8_t *)text.at;
}

void kith_jwt_key_mac(struct kith_str secret, struct kith_str text,
                      uint8_t out[KITH_JWT_HS256_BYTES])
{
	_Static_assert(KITH_JWT_HS256_BYTES == crypto_auth_hmacsha256_BYTES, "SHA-256");
	crypto_auth_hmacsha256_state state;
	crypto_auth_hmacsha256_init(&state, bytes_of(secret), secret.len);
	crypto_auth_hmacsha256_update(&state, bytes_of(text), text.len);
	crypto_auth_hmacsha256_final(&state, out);
	sodium_memzero(&state, sizeof(state));
}

static enum kith_rc check_hs256(struct kith_str secret, struct kith_str text,
                                struct kith_str signature, struct kith_why *why)
{
	if (secret.len < KITH_JWT_SECRET_MIN) {
		return refuse(why, "the key's secret is too short to be used");
	}
	uint8_t mac[KITH_JWT_HS256_BYTES];
	kith_jwt_key_mac(secret, text, mac);
	bool is_same =
		signature.len == sizeof(mac) && sodium_memcmp(mac, signature.at, sizeof(mac)) == 0;
	sodium_memzero(mac, sizeof(mac));
	return is_same ? KITH_OK : refuse(why, "the signature is not this key's");
}

static enum kith_rc check_eddsa(struct kith_str material, struct kith_str text,
                                struct kith_str signature, struct kith_why *why)
{
	if (material.len != crypto_sign_ed25519_PUBLICKEYBYTES) {
		return refuse(why, "the stored key is no Ed25519 key");
	}
	if (signature.len != crypto_sign_ed25519_BYTES ||
	    crypto_sign_ed25519_verify_detached(bytes_of(signature), bytes_of(text), text.len,
	                                        bytes_of(material)) != 0) {
		return refuse(why, "the signature is not this key's");
	}
	return KITH_OK;
}

static bool is_fit_rsa(const EVP_PKEY *rsa)
{
	int bits = EVP_PKEY_get_bits(rsa);
	return EVP_PKEY_get_base_id(rsa) == EVP_PKEY_RSA && bits >= KITH_JWT_RSA_BITS_MIN &&
	       bits <= KITH_JWT_RSA_BITS_MAX;
}

static enum kith_rc check_with(EVP_PKEY *rsa, EVP_MD_CTX *ctx, struct kith_str text,
                               struct kith_str signature, struct kith_why *why)
{
	if (ctx == NULL || EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, rsa) != 1) {
		return KITH_E_NO_MEMORY;
	}
	if (signature.len != (size_t)EVP_PKEY_get_size(rsa) ||
	    EVP_DigestVerify(ctx, bytes_of(signature), signature.len, bytes_of(text), text.len) !=
	            1) {
		return refuse(why, "the signature is not this key's");
	}
	return KITH_OK;
}

static enum kith_rc check_rs256(struct kith_str material, struct kith_str text,
                                struct kith_str signature, struct kith_why *why)
{
	const uint8_t *at = bytes_of(material);
	EVP_PKEY *rsa =
		material.len <= KITH_JWT_KEY_MAX ? d2i_PUBKEY(NULL, &at, (long)material.len) : NULL;
	enum kith_rc rc;
	if (rsa == NULL || at != bytes_of(material) + material.len || !is_fit_rsa(rsa)) {
		rc = refuse(why, "the stored key is no RSA key that may be used");
	} else {
		EVP_MD_CTX *ctx = EVP_MD_CTX_new();
		rc = check_with(rsa, ctx, text, signature, why);
		EVP_MD_CTX_free(ctx);
	}
	EVP_PKEY_free(rsa);
	ERR_clear_error();
	return rc;
}

enum kith_rc kith_jwt_key_check(const struct kith_jwt_key *key, struct kith_str text,
                                struct kith_str signature, struct kith_why *why)
{
	static enum kith_rc (*const checks[])(struct kith_str, struct kith_str, struct kith_str,
	                                      struct kith_why *) = {
		[KITH_JWT_HS256] = check_hs256,
		[KITH_JWT_RS256] = check_rs256,
		[KITH_JWT_EDDSA] = check_eddsa,
	};
	if ((size_t)key->alg >= KITH_COUNT(checks) || checks[key->alg] == NULL) {
		return refuse(why, "the stored key has no algorithm");
	}
	return checks[key->alg](key->material, text, signature, why);
}

/* Key files. */

static enum kith_rc refuse_file(struct kith_why *why, const char *sentence)
{
	return kith_refuse(why, KITH_E_INVALID_REQUEST, NULL, "%s", sentence);
}

/* A file that is encrypted is refused instead of asking at the terminal. */
static int no_password(char *buf, int size, int is_writing, void *user)
{
	(void)buf;
	(void)size;
	(void)is_writing;
	(void)user;
	return -1;
}

/* How often WORD stands in TEXT. */
static size_t count_of(struct kith_str text, struct kith_str word)
{
	size_t count = 0;
	const char *hit;
	while (text.len > 0 && (hit = memmem(text.at, text.len, word.at, word.len)) != NULL) {
		count++;
		text = kith_str_skip(text, (size_t)(hit - text.at) + word.len);
	}
	return count;
}

static enum kith_rc store_rsa(EVP_PKEY *key, struct kith_arena *mem, struct kith_str *out,
                              struct kith_why *why)
{
	if (EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA) {
		return refuse_file(why, "RS256 needs an RSA key");
	}
	if (!is_fit_rsa(key)) {
		return refuse_file(why, "an RSA key must have 2048 to 8192 bits");
	}
	uint8_t *der = NULL;
	int len = i2d_PUBKEY(key, &der);
	if (len < 0) {
		return KITH_E_NO_MEMORY;
	}
	enum kith_rc rc = KITH_OK;
	if (len > KITH_JWT_KEY_MAX) {
		rc = refuse_file(why, "the key is too long");
	} else if (!kith_arena_copy(mem, kith_str_make(der, (size_t)len), out)) {
		rc = KITH_E_NO_MEMORY;
	}
	OPENSSL_free(der);
	return rc;
}

static enum kith_rc store_ed25519(EVP_PKEY *key, struct kith_arena *mem, struct kith_str *out,
                                  struct kith_why *why)
{
	uint8_t raw[crypto_sign_ed25519_PUBLICKEYBYTES];
	size_t len = sizeof(raw);
	if (EVP_PKEY_get_base_id(key) != EVP_PKEY_ED25519 ||
	    EVP_PKEY_get_raw_public_key(key, raw, &len) != 1 || len != sizeof(raw)) {
		return refuse_file(why, "EdDSA needs an Ed25519 key");
	}
	return kith_arena_copy(mem, kith_str_make(raw, len), out) ? KITH_OK : KITH_E_NO_MEMORY;
}

/* PEM that holds exactly one block, a public key; NULL when it cannot be read. */
static EVP_PKEY *read_pem(struct kith_str pem)
{
	BIO *bio = BIO_new_mem_buf(pem.at, (int)pem.len);
	EVP_PKEY *key = bio == NULL ? NULL : PEM_read_bio_PUBKEY(bio, NULL, no_password, NULL);
	BIO_free(bio);
	ERR_clear_error();
	return key;
}

enum kith_rc kith_jwt_read_public(enum kith_jwt_alg alg, struct kith_str pem,
                                  struct kith_arena *mem, struct kith_str *out,
                                  struct kith_why *why)
{
	if (alg != KITH_JWT_RS256 && alg != KITH_JWT_EDDSA) {
		return refuse_file(why, "only RS256 and EdDSA have a public key");
	}
	if (pem.len == 0 || pem.len > (size_t)2 * KITH_JWT_KEY_MAX) {
		return refuse_file(why, "the key file is empty or too long");
	}
	if (count_of(pem, KITH_STR("PRIVATE KEY-----")) > 0) {
		return refuse_file(why, "this is a private key; only its public half belongs here");
	}
	if (count_of(pem, KITH_STR("-----BEGIN ")) != 1) {
		return refuse_file(why, "the key file must hold one PEM block");
	}
	EVP_PKEY *key = read_pem(pem);
	if (key == NULL) {
		return refuse_file(why, "the key file is no PEM public key");
	}
	enum kith_rc rc = alg == KITH_JWT_RS256 ? store_rsa(key, mem, out, why)
	                                        : store_ed25519(key, mem, out, why);
	EVP_PKEY_free(key);
	ERR_clear_error();
	return rc;
}
