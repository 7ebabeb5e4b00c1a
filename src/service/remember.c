/*
 * remember.c -- a table by id, threaded on a list by last use.
 */
#include "service/remember.h"

#include <string.h>

#include "base/mem.h"
#include "base/table.h"

enum { MEMORY_TEXTS = 64 * (KITH_DIRECT_MEMBERS_MAX + 1) };

struct known {
	struct known *newer;
	struct known *older;
	struct kith_conversation conversation;
	char texts[MEMORY_TEXTS];
};

struct kith_memory {
	struct kith_table by_id;
	struct known *newest;
	struct known *oldest;
	size_t max;
};

/* Ids are keyed digests, so any eight of their bytes make a good key. */
static uint64_t key_of(const struct kith_uuid *id)
{
	uint64_t key;

	memcpy(&key, id->bytes + 8, sizeof(key));
	return key;
}

struct kith_memory *kith_memory_new(size_t max)
{
	struct kith_memory *memory = kith_alloc_zero(1, sizeof(*memory));

	if (memory != NULL) {
		memory->max = max;
		kith_table_init(&memory->by_id, 0);
	}
	return memory;
}

static void unlink_known(struct kith_memory *memory, struct known *known)
{
	*(known->newer == NULL ? &memory->newest : &known->newer->older) = known->older;
	*(known->older == NULL ? &memory->oldest : &known->older->newer) = known->newer;
}

static void link_newest(struct kith_memory *memory, struct known *known)
{
	known->newer = NULL;
	known->older = memory->newest;
	*(memory->newest == NULL ? &memory->oldest : &memory->newest->newer) = known;
	memory->newest = known;
}

static struct known *find(struct kith_memory *memory, const struct kith_uuid *id)
{
	struct known *known = kith_table_get(&memory->by_id, key_of(id));
	return known != NULL && kith_uuid_equal(&known->conversation.id, id) ? known : NULL;
}

void kith_memory_free(struct kith_memory **memory)
{
	struct kith_memory *held = *memory;

	*memory = NULL;
	if (held == NULL) {
		return;
	}
	for (struct known *known = held->newest; known != NULL;) {
		struct known *older = known->older;
		kith_free(known);
		known = older;
	}
	kith_table_done(&held->by_id);
	kith_free(held);
}

/* Takes the one at KEY out; the caller has its memory from then on. */
static struct known *take(struct kith_memory *memory, uint64_t key)
{
	struct known *known = kith_table_remove(&memory->by_id, key);
	if (known != NULL) {
		unlink_known(memory, known);
	}
	return known;
}

static struct kith_str keep_text(struct known *known, size_t *used, struct kith_str text)
{
	KITH_ASSERT(text.len <= sizeof(known->texts) - *used);
	char *at = known->texts + *used;
	memcpy(at, text.at, text.len);
	*used += text.len;
	return kith_str_make(at, text.len);
}

void kith_memory_put(struct kith_memory *memory, const struct kith_conversation *conversation)
{
	struct known *known = take(memory, key_of(&conversation->id));
	size_t used = 0;

	if (known == NULL && memory->by_id.count >= memory->max) {
		known = take(memory, key_of(&memory->oldest->conversation.id));
	}
	if (known == NULL) {
		known = kith_alloc(sizeof(*known));
	}
	if (known == NULL || !kith_table_put(&memory->by_id, key_of(&conversation->id), known)) {
		kith_free(known);
		return;
	}
	known->conversation = *conversation;
	known->conversation.org = keep_text(known, &used, conversation->org);
	for (size_t i = 0; i < conversation->member_count; i++) {
		struct kith_user *member = &known->conversation.members[i];
		member->id = keep_text(known, &used, conversation->members[i].id);
		member->name = (struct kith_str){ 0 };
	}
	link_newest(memory, known);
}

bool kith_memory_get(struct kith_memory *memory, const struct kith_uuid *id, struct kith_arena *mem,
                     struct kith_conversation *out)
{
	struct known *known = find(memory, id);
	if (known == NULL) {
		return false;
	}
	struct kith_conversation copy = known->conversation;
	bool has_room = kith_arena_copy(mem, copy.org, &copy.org);
	for (size_t i = 0; i < copy.member_count && has_room; i++) {
		has_room = kith_arena_copy(mem, copy.members[i].id, &copy.members[i].id);
	}
	if (!has_room) {
		return false;
	}
	unlink_known(memory, known);
	link_newest(memory, known);
	*out = copy;
	return true;
}

void kith_memory_drop(struct kith_memory *memory, const struct kith_uuid *id)
{
	if (find(memory, id) != NULL) {
		kith_free(take(memory, key_of(id)));
	}
}

size_t kith_memory_count(const struct kith_memory *memory)
{
	return memory->by_id.count;
}
