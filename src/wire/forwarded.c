/*
 * forwarded.c -- a comma-separated list of addresses, from right to left.
 */
#include "wire/forwarded.h"

static bool is_trusted(const struct kith_ip *ip, const struct kith_net *trusted, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (kith_net_has(&trusted[i], ip)) {
			return true;
		}
	}
	return false;
}

static bool port_is_good(struct kith_str text)
{
	int64_t port;

	return kith_str_to_int(text, &port) && port >= 0 && port <= UINT16_MAX;
}

/* "192.0.2.7", "192.0.2.7:80", "2001:db8::7", "[2001:db8::7]", "[2001:db8::7]:80". */
static bool read_hop(struct kith_str word, struct kith_ip *out)
{
	struct kith_str host;
	struct kith_str rest;
	struct kith_ip ip;

	if (word.len > 0 && word.at[0] == '[') {
		if (!kith_str_cut(kith_str_skip(word, 1), ']', &host, &rest) ||
		    !kith_ip_read(host, &ip) || kith_str_find(host, ':') < 0) {
			return false;
		}
		bool is_good = rest.len == 0 ||
		               (rest.at[0] == ':' && port_is_good(kith_str_skip(rest, 1)));
		if (is_good) {
			*out = ip;
		}
		return is_good;
	}
	if (kith_ip_read(word, out)) {
		return true;
	}
	/* Only an IPv4 address may have a port without brackets around it. */
	return kith_str_cut(word, ':', &host, &rest) && port_is_good(rest) &&
	       kith_str_find(host, ':') < 0 && kith_ip_read(host, out);
}

/* Takes the last word off *LIST. */
static struct kith_str last_word(struct kith_str *list)
{
	size_t at = list->len;

	while (at > 0 && list->at[at - 1] != ',') {
		at--;
	}
	struct kith_str word = kith_str_skip(*list, at);
	list->len = at == 0 ? 0 : at - 1;
	return kith_str_trim(word);
}

struct kith_ip kith_forwarded_from(const struct kith_http_head *head, const struct kith_ip *peer,
                                   const struct kith_net *trusted, size_t count)
{
	struct kith_ip from = *peer;
	int hops = 0;

	/* The last header is the one nearest to us: RFC 9110 5.3. */
	for (size_t i = head->header_count; i > 0 && count > 0; i--) {
		const struct kith_http_header *header = &head->headers[i - 1];
		if (!kith_str_equal_nocase(header->name, KITH_STR("x-forwarded-for"))) {
			continue;
		}
		struct kith_str list = header->value;
		bool has_more = true;
		while (has_more) {
			has_more = kith_str_find(list, ',') >= 0;
			struct kith_str word = last_word(&list);
			if (!is_trusted(&from, trusted, count) ||
			    ++hops > KITH_FORWARDED_HOPS_MAX || !read_hop(word, &from)) {
				return from;
			}
		}
	}
	return from;
}
