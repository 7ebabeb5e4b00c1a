/*
 * public.c -- the table of pages, and the one made of err.def.
 */
#include "door/public.h"

#include "base/err.h"
#include "door/contract.gen.h"

static const struct {
	const char *path;
	const char *type;
	const char *body; /* or */
	const struct kith_str *document;
	bool needs_store;
} pages[] = {
	{ .path = "/",
	  .type = "text/plain; charset=utf-8",
	  .body = "This is Kith. Its API is described at /v1/openapi.json and "
	          "/v1/asyncapi.json.\n" },
	{ .path = "/livez", .type = "application/json", .body = "{\"status\":\"ok\"}" },
	{ .path = "/readyz",
	  .type = "application/json",
	  .body = "{\"status\":\"ok\"}",
	  .needs_store = true },
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

bool kith_public_find(const struct kith_door_host *host, struct kith_str path,
                      struct kith_arena *mem, struct kith_public_page *out)
{
	for (size_t i = 0; i < KITH_COUNT(pages); i++) {
		if (!kith_str_is(path, pages[i].path)) {
			continue;
		}
		*out = (struct kith_public_page){
			.status = 200,
			.type = pages[i].type,
			.body = pages[i].document != NULL ? *pages[i].document
			                                  : kith_str_of(pages[i].body),
			.needs_store = pages[i].needs_store,
		};
		if (pages[i].needs_store && host->is_draining) {
			out->status = 503;
			out->body = KITH_STR("{\"status\":\"draining\"}");
			out->needs_store = false;
		}
		return true;
	}
	return find_problem(path, mem, out);
}
