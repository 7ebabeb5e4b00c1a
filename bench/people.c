/*
 * people.c -- user ids and their tokens. The header tells the story.
 */
#include "bench/people.h"

#include "base/base64.h"
#include "base/buf.h"
#include "base/mem.h"
#include "bench/corpus.h"
#include "wire/jwt.h"

#include <stdio.h>

enum { INVENTED_ROOM = 8 }; /* bytes of "u14999", with room to spare */

static bool is_plain(struct kith_str word)
{
	for (size_t i = 0; i < word.len; i++) {
		if (word.at[i] <= ' ' || word.at[i] > '~') {
			return false;
		}
	}
	return word.len > 0;
}

static const char *split(struct kith_str text, struct kith_people *people, size_t count)
{
	struct kith_str line;

	while (people->count < count && text.len > 0) {
		struct kith_person *person = &people->list[people->count];

		if (!kith_str_cut(text, '\n', &line, &text)) {
			line = text;
			text.len = 0;
		}
		if (!kith_str_cut(line, ' ', &person->user, &person->token) ||
		    !is_plain(person->user) || !is_plain(person->token)) {
			return "every line must be USERID TOKEN";
		}
		people->count++;
	}
	return people->count == count ? NULL : "the tokens file has fewer users than --clients";
}

const char *kith_people_read(struct kith_people *out, const char *path, size_t count)
{
	struct kith_people people = { .list = kith_alloc_zero(count, sizeof(*people.list)) };
	size_t len = 0;
	const char *trouble = people.list == NULL ? "no memory"
	                                          : kith_corpus_load(path, KITH_PEOPLE_FILE_MAX,
	                                                             &people.text, &len);

	if (trouble == NULL) {
		trouble = split(kith_str_make(people.text, len), &people, count);
	}
	if (trouble != NULL) {
		kith_people_done(&people);
		return trouble;
	}
	*out = people;
	return NULL;
}

const char *kith_people_invent(struct kith_people *out, size_t count)
{
	struct kith_people people = {
		.text = kith_alloc(count * INVENTED_ROOM),
		.list = kith_alloc_zero(count, sizeof(*people.list)),
		.count = count,
	};

	if (people.text == NULL || people.list == NULL) {
		kith_people_done(&people);
		return "no memory";
	}
	for (size_t i = 0; i < count; i++) {
		char *at = people.text + i * INVENTED_ROOM;

		snprintf(at, INVENTED_ROOM, "u%u", (unsigned)(i % 100000));
		people.list[i].user = kith_str_of(at);
		people.list[i].token = people.list[i].user;
	}
	*out = people;
	return NULL;
}

void kith_people_done(struct kith_people *people)
{
	kith_free(people->text);
	kith_free(people->list);
	*people = (struct kith_people){ .count = 0 };
}

static void print_person(struct kith_buf *buf, const struct kith_options *options,
                         struct kith_str secret, int64_t user, int64_t now_s)
{
	char id[96];
	struct kith_jwt_claims claims = {
		.org = kith_str_of(options->org),
		.exp_s = now_s + options->ttl,
		.iat_s = now_s,
	};

	snprintf(id, sizeof(id), "%.64s%lld", options->prefix, (long long)user);
	claims.sub = kith_str_of(id);
	kith_buf_reset(buf);
	kith_jwt_sign_hs256(buf, kith_str_of(options->kid), secret, &claims);
	printf("%s %.*s\n", id, KITH_STR_PRINT(kith_buf_str(buf)));
}

const char *kith_people_print(const struct kith_options *options, int64_t now_s)
{
	uint8_t secret[KITH_JWT_KEY_MAX];
	struct kith_buf buf = { .at = NULL };
	ptrdiff_t len = kith_base64_decode(KITH_BASE64_URL, kith_str_of(options->secret), secret,
	                                   sizeof(secret));

	if (len < KITH_JWT_SECRET_MIN) {
		return "--secret must be base64url of at least 32 bytes";
	}
	for (int64_t i = 0; i < options->users && !buf.failed; i++) {
		print_person(&buf, options, kith_str_make(secret, (size_t)len), i, now_s);
	}
	bool is_printed = !buf.failed && fflush(stdout) == 0;

	kith_buf_done(&buf);
	return is_printed ? NULL : "the tokens could not be printed";
}
