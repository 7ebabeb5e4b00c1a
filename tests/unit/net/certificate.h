/*
 * certificate.h -- authorities and certificates that a test makes for itself.
 *
 * With OpenSSL's own functions, into files of a folder that goes with the test.
 */
#ifndef KITH_TESTS_NET_CERTIFICATE_H
#define KITH_TESTS_NET_CERTIFICATE_H

#include <dirent.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

enum { CERTIFICATE_PATH_MAX = 128, CERTIFICATE_DAY_S = 24 * 3600 };

/* Somebody who signs. */
struct authority {
	EVP_PKEY *key;
	X509 *certificate;
	char file[CERTIFICATE_PATH_MAX];
};

/* The files of one server. */
struct certificate {
	char file[CERTIFICATE_PATH_MAX];
	char key_file[CERTIFICATE_PATH_MAX];
};

static char certificate_folder[] = "/tmp/kith-tls-XXXXXX";

static inline void certificate_path(char out[CERTIFICATE_PATH_MAX], const char *name,
                                    const char *kind)
{
	snprintf(out, CERTIFICATE_PATH_MAX, "%s/%s.%s", certificate_folder, name, kind);
}

static inline void certificate_write(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static inline X509 *certificate_make(EVP_PKEY *key, const char *name, int first_day, int last_day)
{
	static long serial;
	X509 *made = X509_new();
	assert_non_null(made);
	assert_int_equal(X509_set_version(made, X509_VERSION_3), 1);
	assert_int_equal(ASN1_INTEGER_set(X509_get_serialNumber(made), ++serial), 1);
	assert_non_null(
		X509_gmtime_adj(X509_getm_notBefore(made), (long)first_day * CERTIFICATE_DAY_S));
	assert_non_null(
		X509_gmtime_adj(X509_getm_notAfter(made), (long)last_day * CERTIFICATE_DAY_S));
	assert_int_equal(X509_set_pubkey(made, key), 1);
	X509_NAME *subject = X509_get_subject_name(made);
	assert_int_equal(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
	                                            (const unsigned char *)name, -1, -1, 0),
	                 1);
	return made;
}

static inline void certificate_extend(X509 *made, int nid, const char *value)
{
	X509V3_CTX context;
	X509V3_set_ctx(&context, NULL, made, NULL, NULL, 0);
	X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
	assert_non_null(extension);
	assert_int_equal(X509_add_ext(made, extension, -1), 1);
	X509_EXTENSION_free(extension);
}

static inline void certificate_save(const char *path, X509 *certificate, EVP_PKEY *key)
{
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	int rc = certificate == NULL ? PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL)
	                             : PEM_write_X509(file, certificate);
	assert_int_equal(rc, 1);
	assert_int_equal(fclose(file), 0);
}

static inline void authority_make(struct authority *authority, const char *name)
{
	authority->key = EVP_EC_gen("P-256");
	assert_non_null(authority->key);
	authority->certificate = certificate_make(authority->key, name, -10, 100);
	assert_int_equal(X509_set_issuer_name(authority->certificate,
	                                      X509_get_subject_name(authority->certificate)),
	                 1);
	certificate_extend(authority->certificate, NID_basic_constraints, "critical,CA:TRUE");
	assert_true(X509_sign(authority->certificate, authority->key, EVP_sha256()) > 0);
	certificate_path(authority->file, name, "authority");
	certificate_save(authority->file, authority->certificate, NULL);
}

static inline void authority_done(struct authority *authority)
{
	X509_free(authority->certificate);
	EVP_PKEY_free(authority->key);
}

/* A certificate for NAMES ("DNS:localhost,IP:127.0.0.1"), good from FIRST_DAY to LAST_DAY from now. */
static inline void authority_sign(const struct authority *authority, const char *name,
                                  const char *names, int first_day, int last_day,
                                  struct certificate *out)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	assert_non_null(key);
	X509 *made = certificate_make(key, name, first_day, last_day);
	assert_int_equal(X509_set_issuer_name(made, X509_get_subject_name(authority->certificate)),
	                 1);
	certificate_extend(made, NID_subject_alt_name, names);
	assert_true(X509_sign(made, authority->key, EVP_sha256()) > 0);
	certificate_path(out->file, name, "pem");
	certificate_path(out->key_file, name, "key");
	certificate_save(out->file, made, NULL);
	certificate_save(out->key_file, NULL, key);
	X509_free(made);
	EVP_PKEY_free(key);
}

static inline void certificate_folder_make(void)
{
	assert_non_null(mkdtemp(certificate_folder));
}

static inline void certificate_folder_remove(void)
{
	char path[CERTIFICATE_PATH_MAX];
	const struct dirent *entry;
	DIR *folder = opendir(certificate_folder);
	assert_non_null(folder);
	while ((entry = readdir(folder)) != NULL) {
		if (entry->d_name[0] != '.') {
			snprintf(path, sizeof(path), "%s/%.64s", certificate_folder, entry->d_name);
			assert_int_equal(unlink(path), 0);
		}
	}
	closedir(folder);
	assert_int_equal(rmdir(certificate_folder), 0);
}

#endif
