/*
 * request.c -- which words of a head are kept, and how an id is made.
 */
#include "door/request.h"

#include "door/origin.h"

static bool id_is_good(struct kith_str id)
{
	if (id.len < 1 || id.len > KITH_REQUEST_ID_MAX) {
		return false;
	}
	for (size_t i = 0; i < id.len; i++) {
		char c = id.at[i];
		bool is_word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		               (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
		if (!is_word) {
			return false;
		}
	}
	return true;
}

static struct kith_str bearer_of(const struct kith_http_head *head)
{
	struct kith_str value = kith_http_header(head, "authorization");

	if (value.len > 7 &&
	    kith_str_equal_nocase(kith_str_make(value.at, 7), KITH_STR("bearer "))) {
		return kith_str_trim(kith_str_skip(value, 7));
	}
	return (struct kith_str){ 0 };
}

static bool is_json_type(struct kith_str type)
{
	struct kith_str parameters;

	(void)kith_str_cut(type, ';', &type, &parameters);
	return kith_str_equal_nocase(kith_str_trim(type), KITH_STR("application/json"));
}

/* Copies a header's text, when it is there. */
static bool keep(struct kith_arena *mem, struct kith_str text, struct kith_str *out)
{
	*out = (struct kith_str){ 0 };
	return text.at == NULL || kith_arena_copy(mem, text, out);
}

struct kith_request *kith_request_keep(const struct kith_http_head *head, struct kith_str origins,
                                       struct kith_arena *mem)
{
	struct kith_str id = kith_http_header(head, "x-request-id");
	struct kith_request *request = kith_arena_zero(mem, 1, sizeof(*request));
	struct kith_str foreign;

	if (request == NULL) {
		return NULL;
	}
	(void)kith_origin_may(head, origins, &foreign);
	bool has_room = keep(mem, head->path, &request->path) &&
	                keep(mem, head->query, &request->query) &&
	                keep(mem, bearer_of(head), &request->token) &&
	                keep(mem, foreign, &request->origin) &&
	                keep(mem, id_is_good(id) ? id : (struct kith_str){ 0 }, &request->id);
	if (!has_room) {
		return NULL;
	}
	request->is_kept = head->keep_alive;
	request->is_head = head->method == KITH_HTTP_HEAD;
	request->is_json = is_json_type(kith_http_header(head, "content-type"));
	return request;
}

bool kith_request_is_forwarded(const struct kith_http_head *head)
{
	static const char *const names[] = { "forwarded",         "via",
		                             "x-forwarded-for",   "x-forwarded-host",
		                             "x-forwarded-proto", "x-real-ip" };

	for (size_t i = 0; i < KITH_COUNT(names); i++) {
		if (kith_http_header(head, names[i]).at != NULL) {
			return true;
		}
	}
	return false;
}

/* Writes NUMBER in hex so that it ends before *AT; moves *AT to its begin. */
static void put_hex(char *text, size_t *at, uint64_t number)
{
	static const char digits[] = "0123456789abcdef";

	do {
		text[--*at] = digits[number % 16];
		number /= 16;
	} while (number != 0);
}

void kith_request_name(struct kith_request *request, uint64_t connection, uint64_t number)
{
	/* Two numbers of at most 16 digits, and the hyphen. */
	_Static_assert(KITH_REQUEST_ID_MADE >= 2 * 16 + 1, "any two numbers fit");
	size_t at = sizeof(request->made_id);

	put_hex(request->made_id, &at, number);
	request->made_id[--at] = '-';
	put_hex(request->made_id, &at, connection);
	request->id = kith_str_make(request->made_id + at, sizeof(request->made_id) - at);
}
