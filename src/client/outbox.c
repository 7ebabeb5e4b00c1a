/*
 * outbox.c -- entries in lanes, and the records of what happens to them.
 *
 * outbox_load.c is the way back from the records.
 */
#include "client/outbox.h"

#include <string.h>

#include "base/json.h"
#include "base/mem.h"
#include "client/core.h"
#include "client/outbox_load.h"

static bool has_file(const struct kith_outbox *outbox)
{
	return outbox->journal.fd >= 0;
}

/* Records. */

/* Opens one more object in the batch. */
static void open_record(struct kith_outbox *outbox, struct kith_json_writer *w)
{
	kith_buf_add_char(&outbox->batch, outbox->batch.len == 0 ? '[' : ',');
	kith_json_write_to(w, &outbox->batch);
	kith_json_open_object(w);
}

static void write_add(struct kith_outbox *outbox, const struct kith_outbox_entry *entry)
{
	struct kith_json_writer w;

	open_record(outbox, &w);
	kith_json_pair_integer(&w, "add", (int64_t)entry->number);
	kith_json_pair_string(&w, "call", kith_str_of(entry->call->name));
	kith_json_pair_string(&w, "to", entry->lane->to);
	kith_json_pair_bool(&w, "own", entry->is_own_id);
	kith_json_key(&w, "args");
	kith_json_put_raw(&w, kith_buf_str(&entry->pending.args));
	kith_json_close_object(&w);
}

static void write_number(struct kith_outbox *outbox, const char *key, uint64_t number)
{
	struct kith_json_writer w;

	open_record(outbox, &w);
	kith_json_pair_integer(&w, key, (int64_t)number);
	kith_json_close_object(&w);
}

static void write_cursor(struct kith_outbox *outbox)
{
	struct kith_json_writer w;

	open_record(outbox, &w);
	kith_json_pair_string(&w, "cursor", kith_str_make(outbox->cursor, outbox->cursor_len));
	kith_json_close_object(&w);
}

/* Lanes. */

static uint64_t hash(const struct kith_outbox *outbox, struct kith_str text)
{
	return kith_hash(text, outbox->key);
}

/* The lane to TO, made if it is not there; NULL without memory. */
static struct kith_outbox_lane *find_lane(struct kith_outbox *outbox, struct kith_str to)
{
	uint64_t key = hash(outbox, to);
	struct kith_outbox_lane *lane = kith_table_get(&outbox->by_to, key);

	if (lane != NULL) {
		return lane;
	}
	lane = kith_alloc(sizeof(*lane) + to.len);
	if (lane == NULL) {
		return NULL;
	}
	*lane = (struct kith_outbox_lane){
		.to = kith_str_make(lane + 1, to.len),
		.next = outbox->lanes,
	};
	memcpy(lane + 1, to.at, to.len);
	lane->end = &lane->first;
	if (!kith_table_put(&outbox->by_to, key, lane)) {
		kith_free(lane);
		return NULL;
	}
	if (lane->next != NULL) {
		lane->next->prev = lane;
	}
	outbox->lanes = lane;
	return lane;
}

static void free_lane(struct kith_outbox *outbox, struct kith_outbox_lane *lane)
{
	kith_table_remove(&outbox->by_to, hash(outbox, lane->to));
	if (lane->next != NULL) {
		lane->next->prev = lane->prev;
	}
	if (lane->prev != NULL) {
		lane->prev->next = lane->next;
	} else {
		outbox->lanes = lane->next;
	}
	kith_free(lane);
}

void kith_outbox_make_ready(struct kith_outbox *outbox, struct kith_outbox_lane *lane)
{
	if (lane->first != NULL && !lane->is_ready) {
		lane->is_ready = true;
		lane->next_ready = NULL;
		*outbox->ready_end = lane;
		outbox->ready_end = &lane->next_ready;
	}
}

struct kith_outbox_lane *kith_outbox_take_ready(struct kith_outbox *outbox)
{
	struct kith_outbox_lane *lane = outbox->ready;

	if (lane != NULL) {
		lane->is_ready = false;
		outbox->ready = lane->next_ready;
		if (outbox->ready == NULL) {
			outbox->ready_end = &outbox->ready;
		}
	}
	return lane;
}

/* Entries. */

static void free_entry(struct kith_outbox *outbox, struct kith_outbox_entry *entry)
{
	kith_table_remove(&outbox->by_number, entry->number);
	if (entry->id[0] != '\0') {
		kith_table_remove(&outbox->by_id, hash(outbox, kith_str_of(entry->id)));
	}
	outbox->count--;
	outbox->bytes -= entry->pending.args.len;
	kith_buf_done(&entry->pending.args);
	kith_free(entry);
}

/* Takes ENTRY out of its lane, and the lane away with its last. */
static void unlink_entry(struct kith_outbox *outbox, struct kith_outbox_entry *entry)
{
	struct kith_outbox_lane *lane = entry->lane;
	struct kith_outbox_entry **at = &lane->first;

	while (*at != entry) {
		at = &(*at)->next;
	}
	*at = entry->next;
	if (entry->next == NULL) {
		lane->end = at;
	}
	if (lane->first == NULL) {
		free_lane(outbox, lane);
	}
}

static struct kith_outbox_entry *find_id(const struct kith_outbox *outbox, struct kith_str id)
{
	struct kith_outbox_entry *entry =
		id.len == 0 ? NULL : kith_table_get(&outbox->by_id, hash(outbox, id));

	return entry != NULL && kith_str_is(id, entry->id) ? entry : NULL;
}

static void take_id(struct kith_outbox_entry *entry, struct kith_str id)
{
	if (id.at != NULL) {
		KITH_ASSERT(id.len == KITH_UUID_TEXT);
		memcpy(entry->id, id.at, KITH_UUID_TEXT);
		entry->id[KITH_UUID_TEXT] = '\0';
	}
}

struct kith_outbox_entry *kith_outbox_insert(struct kith_outbox *outbox,
                                             const struct kith_outbox_new *made,
                                             struct kith_buf *args, uint64_t number)
{
	struct kith_outbox_entry *entry = kith_alloc_zero(1, sizeof(*entry));
	struct kith_outbox_lane *lane = entry == NULL ? NULL : find_lane(outbox, made->to);

	if (lane == NULL) {
		kith_free(entry);
		return NULL;
	}
	entry->call = made->call;
	entry->lane = lane;
	entry->number = number;
	entry->tag = made->tag;
	entry->is_own_id = made->is_own_id;
	entry->is_id_saved = made->id.at != NULL;
	take_id(entry, made->id);
	if (!kith_table_put(&outbox->by_number, number, entry) ||
	    (entry->id[0] != '\0' &&
	     !kith_table_put(&outbox->by_id, hash(outbox, kith_str_of(entry->id)), entry))) {
		kith_table_remove(&outbox->by_number, number);
		if (lane->first == NULL) {
			free_lane(outbox, lane);
		}
		kith_free(entry);
		return NULL;
	}
	entry->pending.args = *args;
	*args = (struct kith_buf){ 0 };
	*lane->end = entry;
	lane->end = &entry->next;
	outbox->count++;
	outbox->bytes += entry->pending.args.len;
	outbox->last_number = number > outbox->last_number ? number : outbox->last_number;
	return entry;
}

/* The id is there already: the same message, or a contradiction. */
static enum kith_rc add_again(struct kith_outbox_entry *entry, const struct kith_outbox_new *made,
                              const struct kith_buf *args, struct kith_outbox_entry **out)
{
	if (entry->call != made->call || !kith_str_equal(entry->lane->to, made->to) ||
	    !kith_str_equal(kith_buf_str(&entry->pending.args), kith_buf_str(args))) {
		return KITH_E_CONFLICT;
	}
	entry->tag = made->tag;
	*out = entry;
	return KITH_E_EXISTS;
}

enum kith_rc kith_outbox_add(struct kith_outbox *outbox, const struct kith_outbox_new *made,
                             struct kith_buf *args, struct kith_outbox_entry **out)
{
	struct kith_outbox_entry *entry = find_id(outbox, made->id);
	enum kith_rc rc = KITH_OK;

	if (entry != NULL) {
		rc = add_again(entry, made, args, out);
	} else if (outbox->count >= KITH_OUTBOX_ENTRIES_MAX ||
	           outbox->bytes + args->len > KITH_OUTBOX_BYTES_MAX) {
		rc = KITH_E_TOO_LARGE;
	} else {
		entry = kith_outbox_insert(outbox, made, args, outbox->last_number + 1);
		rc = entry == NULL ? KITH_E_NO_MEMORY : KITH_OK;
	}
	kith_buf_done(args);
	if (rc != KITH_OK) {
		return rc;
	}
	*outbox->fresh_end = entry;
	outbox->fresh_end = &entry->next_fresh;
	entry->is_fresh = true;
	write_add(outbox, entry);
	outbox->must_sync = true;
	*out = entry;
	return KITH_OK;
}

struct kith_outbox_entry *kith_outbox_take_fresh(struct kith_outbox *outbox)
{
	struct kith_outbox_entry *entry = outbox->fresh;

	if (entry != NULL) {
		outbox->fresh = entry->next_fresh;
		entry->next_fresh = NULL;
		entry->is_fresh = false;
		if (outbox->fresh == NULL) {
			outbox->fresh_end = &outbox->fresh;
		}
	}
	return entry;
}

/* LANE is about to go: it must not be served any more. */
static void make_unready(struct kith_outbox *outbox, const struct kith_outbox_lane *lane)
{
	struct kith_outbox_lane **at = &outbox->ready;

	while (*at != NULL && *at != lane) {
		at = &(*at)->next_ready;
	}
	if (*at != NULL) {
		*at = lane->next_ready;
		outbox->ready_end = *at == NULL ? at : outbox->ready_end;
	}
}

void kith_outbox_forget(struct kith_outbox *outbox, struct kith_outbox_entry *entry)
{
	if (entry->lane->first == entry && entry->next == NULL) {
		make_unready(outbox, entry->lane);
	}
	unlink_entry(outbox, entry);
	free_entry(outbox, entry);
}

bool kith_outbox_set_id(struct kith_outbox *outbox, struct kith_outbox_entry *entry,
                        struct kith_str id)
{
	size_t before = entry->pending.args.len;
	/* A stamp always stands in front: {"id":"… */
	size_t at = sizeof("{\"\":\"") - 1 + strlen(kith_client_id_name(entry->call));

	KITH_ASSERT(id.len == KITH_UUID_TEXT && (entry->id[0] == '\0' || entry->is_own_id));
	if (kith_str_is(id, entry->id)) {
		return true;
	}
	if (!kith_table_put(&outbox->by_id, hash(outbox, id), entry)) {
		return false;
	}
	if (entry->id[0] != '\0') {
		kith_table_remove(&outbox->by_id, hash(outbox, kith_str_of(entry->id)));
		memcpy(entry->pending.args.at + at, id.at, id.len);
	} else if (!kith_pending_stamp(&entry->pending.args, kith_client_id_name(entry->call),
	                               id)) {
		kith_table_remove(&outbox->by_id, hash(outbox, id));
		return false;
	}
	outbox->bytes += entry->pending.args.len - before;
	entry->is_own_id = true;
	take_id(entry, id);
	return true;
}

bool kith_outbox_stamp(struct kith_outbox *outbox, struct kith_outbox_entry *entry,
                       const char id[KITH_UUID_TEXT])
{
	if (!kith_outbox_set_id(outbox, entry, kith_str_make(id, KITH_UUID_TEXT))) {
		return false;
	}
	entry->stamps++;
	entry->is_id_saved = false;
	return true;
}

void kith_outbox_save_id(struct kith_outbox *outbox, struct kith_outbox_entry *entry)
{
	struct kith_json_writer w;

	if (entry->is_id_saved || !has_file(outbox)) {
		return;
	}
	open_record(outbox, &w);
	kith_json_pair_integer(&w, "stamp", (int64_t)entry->number);
	kith_json_pair_string(&w, "id", kith_str_of(entry->id));
	kith_json_close_object(&w);
	outbox->must_sync = true;
}

void kith_outbox_settle(struct kith_outbox *outbox, struct kith_outbox_entry *entry)
{
	KITH_ASSERT(entry->lane->first == entry);
	write_number(outbox, "done", entry->number);
	if (entry->next != NULL) {
		kith_outbox_make_ready(outbox, entry->lane);
		/* Ready by its next entry: this one goes now. */
	}
	unlink_entry(outbox, entry);
	free_entry(outbox, entry);
}

void kith_outbox_set_cursor(struct kith_outbox *outbox, struct kith_str cursor)
{
	if (has_file(outbox) && cursor.len > 0 && cursor.len <= sizeof(outbox->cursor)) {
		memcpy(outbox->cursor, cursor.at, cursor.len);
		outbox->cursor_len = cursor.len;
		write_cursor(outbox);
	}
}

/* The file. */

/* Writes the file anew, when little of it still means something. */
static void compact(struct kith_outbox *outbox)
{
	int64_t content = (int64_t)outbox->bytes + KITH_OUTBOX_COMPACT_BYTES / 4;

	if (outbox->journal.size < KITH_OUTBOX_COMPACT_BYTES ||
	    outbox->journal.size < KITH_OUTBOX_COMPACT_FACTOR * content) {
		return;
	}
	KITH_ASSERT(outbox->batch.len == 0);
	write_number(outbox, "next", outbox->last_number + 1);
	if (outbox->cursor_len > 0) {
		write_cursor(outbox);
	}
	kith_buf_add_text(&outbox->batch, "]\n");
	for (const struct kith_outbox_lane *lane = outbox->lanes; lane != NULL; lane = lane->next) {
		for (const struct kith_outbox_entry *at = lane->first; at != NULL; at = at->next) {
			size_t begin = outbox->batch.len;

			write_add(outbox, at);
			if (!outbox->batch.failed) {
				outbox->batch.at[begin] = '[';
			}
			kith_buf_add_text(&outbox->batch, "]\n");
		}
	}
	/* When it cannot be, the old file goes on as it is. */
	if (!outbox->batch.failed) {
		(void)!kith_journal_rewrite(&outbox->journal, kith_buf_str(&outbox->batch));
	}
	kith_buf_done(&outbox->batch);
}

enum kith_rc kith_outbox_commit(struct kith_outbox *outbox)
{
	bool must_sync = outbox->must_sync;
	enum kith_rc rc = KITH_OK;

	outbox->must_sync = false;
	if (outbox->batch.len == 0 || !has_file(outbox)) {
		rc = outbox->batch.failed && must_sync ? KITH_E_NO_MEMORY : KITH_OK;
		kith_buf_reset(&outbox->batch);
		return rc;
	}
	kith_buf_add_char(&outbox->batch, ']');
	rc = outbox->batch.failed
	             ? KITH_E_NO_MEMORY
	             : kith_journal_add(&outbox->journal, kith_buf_str(&outbox->batch), must_sync);
	kith_buf_reset(&outbox->batch);
	if (rc == KITH_OK) {
		compact(outbox);
	}
	return rc;
}

enum kith_rc kith_outbox_open(struct kith_outbox *outbox, const char *path, struct kith_rand *rand,
                              struct kith_why *why)
{
	enum kith_rc rc = KITH_OK;

	*outbox = (struct kith_outbox){ .journal = { .fd = -1 } };
	outbox->ready_end = &outbox->ready;
	outbox->fresh_end = &outbox->fresh;
	kith_rand_bytes(rand, outbox->key, sizeof(outbox->key));
	kith_table_init(&outbox->by_to, kith_rand_below(rand, UINT64_MAX));
	kith_table_init(&outbox->by_id, kith_rand_below(rand, UINT64_MAX));
	kith_table_init(&outbox->by_number, kith_rand_below(rand, UINT64_MAX));
	if (path != NULL) {
		rc = kith_journal_open(&outbox->journal, path, rand, kith_outbox_load, outbox, why);
	}
	if (rc != KITH_OK) {
		kith_outbox_done(outbox);
		return rc;
	}
	for (struct kith_outbox_lane *lane = outbox->lanes; lane != NULL; lane = lane->next) {
		kith_outbox_make_ready(outbox, lane);
	}
	return KITH_OK;
}

void kith_outbox_done(struct kith_outbox *outbox)
{
	outbox->ready = NULL;
	while (outbox->lanes != NULL) {
		kith_outbox_forget(outbox, outbox->lanes->first);
	}
	kith_table_done(&outbox->by_to);
	kith_table_done(&outbox->by_id);
	kith_table_done(&outbox->by_number);
	kith_buf_done(&outbox->batch);
	kith_journal_done(&outbox->journal);
}
