/*
 * public.c -- the table of pages, and the one made of err.def.
 */
#include "door/public.h"

#include "base/err.h"
#include "base/metric_text.h"
#include "door/contract.gen.h"

static const struct {
	const char *path;
	const char *type;
	const char *body; /* or */
	const struct kith_str *document;
	enum kith_public_source source;
} pages[] = {
	{ .path = "/",
	  .type = "text/plain; charset=utf-8",
	  .body = "This is Kith. Its API is described at /v1/openapi.json and "
	          "/v1/asyncapi.json.\n" },
	{ .path = "/livez", .type = "application/json", .body = "{\"status\":\"ok\"}" },
	{ .path = "/readyz",
	  .type = "application/json",
	  .body = "{\"status\":\"ok\"}",
	  .source = KITH_PUBLIC_STORE },
	{ .path = "/metrics",
	  .type = KITH_METRIC_TEXT_TYPE,
	  .body = "",
	  .source = KITH_PUBLIC_FIGURES },
	{ .path = "/v1/openapi.json",
	  .type = "application/json",
	  .document = &kith_contract_openapi },
	{ .path = "/v1/asyncapi.json",
	  .type = "application/json",
	  .document = &kith_contract_asyncapi },
};

/* /problems/<code>: what a problem's type points to. */
static bool find_problem(struct kith_str path, struct kith_arena *mem, struct kith_public_page *out)
{
	struct kith_str code = kith_str_skip(path, strlen("/problems/"));
	struct kith_str name;

	if (!kith_str_starts(path, KITH_STR("/problems/")) || code.len > 32 ||
	    !kith_arena_copy(mem, code, &name)) {
		return false;
	}
	enum kith_rc rc = kith_err_find(name.at);
	if (rc == KITH_OK) {
		return false;
	}
	*out = (struct kith_public_page){ .status = 200,
		                          .type = "text/plain; charset=utf-8",
		                          .body = kith_str_of(kith_err_row(rc)->sentence) };
	return true;
}

static bool may_read_figures(const struct kith_door_host *host, bool is_local)
{
	return host->metrics_for == KITH_DOOR_METRICS_OPEN ||
	       (host->metrics_for == KITH_DOOR_METRICS_LOCAL && is_local);
}

bool kith_public_find(const struct kith_door_host *host, struct kith_str path, bool is_local,
                      struct kith_arena *mem, struct kith_public_page *out)
{
	for (size_t i = 0; i < KITH_COUNT(pages); i++) {
		if (!kith_str_is(path, pages[i].path)) {
			continue;
		}
		if (pages[i].source == KITH_PUBLIC_FIGURES && !may_read_figures(host, is_local)) {
			return false;
		}
		*out = (struct kith_public_page){
			.status = 200,
			.type = pages[i].type,
			.body = pages[i].document != NULL ? *pages[i].document
			                                  : kith_str_of(pages[i].body),
			.source = pages[i].source,
		};
		if (pages[i].source == KITH_PUBLIC_STORE &&
		    (host->is_unready || host->is_draining)) {
			out->status = 503;
			out->body = KITH_STR("{\"status\":\"draining\"}");
			out->source = KITH_PUBLIC_TEXT;
		}
		return true;
	}
	return find_problem(path, mem, out);
}

static void fail(struct kith_public_page *page, const char *body)
{
	page->status = 503;
	page->type = "application/json";
	page->body = kith_str_of(body);
}

void kith_public_make(struct kith_public_page *page, const struct kith_door_host *host,
                      struct kith_reader *reader, struct kith_buf *room)
{
	int64_t position;

	if (page->source == KITH_PUBLIC_STORE) {
		if (kith_reader_position(reader, &position) != KITH_OK) {
			fail(page, "{\"status\":\"failing\",\"part\":\"store\"}");
		}
		return;
	}
	host->measure(host->witness, room);
	page->body = kith_buf_str(room);
	if (room->failed) {
		fail(page, "{\"status\":\"failing\",\"part\":\"memory\"}");
	}
}

void kith_public_refuse(struct kith_public_page *page)
{
	fail(page, "{\"status\":\"failing\",\"part\":\"readers\"}");
}
