/*
 * control_line.c -- two small objects, written and read strictly.
 */
#include "server/control_line.h"

#include "base/json.h"

/* --- writing --- */

void kith_control_write_request(struct kith_buf *buf, const struct kith_admin_request *request)
{
	struct kith_json_writer writer;

	kith_json_write_to(&writer, buf);
	kith_json_open_object(&writer);
	kith_json_key(&writer, "args");
	kith_json_open_array(&writer);
	for (size_t i = 0; i < request->arg_count; i++) {
		kith_json_string(&writer, request->args[i]);
	}
	kith_json_close_array(&writer);
	kith_json_key(&writer, "files");
	kith_json_open_array(&writer);
	for (size_t i = 0; i < request->file_count; i++) {
		kith_json_open_object(&writer);
		kith_json_pair_string(&writer, "name", request->files[i].name);
		kith_json_pair_string(&writer, "content", request->files[i].content);
		kith_json_close_object(&writer);
	}
	kith_json_close_array(&writer);
	kith_json_close_object(&writer);
	kith_buf_add_char(buf, '\n');
}

void kith_control_write_reply(struct kith_buf *buf, const struct kith_control_reply *reply)
{
	struct kith_json_writer writer;

	kith_json_write_to(&writer, buf);
	kith_json_open_object(&writer);
	kith_json_pair_integer(&writer, "exit", reply->exit);
	kith_json_pair_string(&writer, "out", reply->out);
	kith_json_pair_string(&writer, "err", reply->err);
	kith_json_close_object(&writer);
	kith_buf_add_char(buf, '\n');
}

/* --- reading --- */

static enum kith_rc refuse(struct kith_why *why, const char *what)
{
	return kith_refuse(why, KITH_E_INVALID_REQUEST, NULL, "%s", what);
}

/* The text of the member KEY, without NUL. */
static enum kith_rc read_text(const struct kith_json *json, const struct kith_json_node *node,
                              struct kith_arena *mem, struct kith_str *out, struct kith_why *why)
{
	struct kith_str text;

	if (node == NULL || node->kind != KITH_JSON_STRING) {
		return refuse(why, "a text is missing");
	}
	enum kith_rc rc = kith_json_text(json, node, mem, &text);
	if (rc == KITH_OK && kith_str_find(text, '\0') >= 0) {
		return refuse(why, "a NUL in a text");
	}
	if (rc == KITH_OK) {
		*out = text;
	}
	return rc;
}

static enum kith_rc read_args(const struct kith_json *json, const struct kith_json_node *node,
                              struct kith_arena *mem, struct kith_admin_request *out,
                              struct kith_why *why)
{
	if (node == NULL || node->kind != KITH_JSON_ARRAY) {
		return refuse(why, "args must be an array");
	}
	if (node->count > KITH_ADMIN_ARGS_MAX) {
		return refuse(why, "too many args");
	}
	const struct kith_json_node *item = kith_json_first(node);
	for (uint32_t i = 0; i < node->count; i++, item += item->skip) {
		enum kith_rc rc = read_text(json, item, mem, &out->args[i], why);
		if (rc != KITH_OK) {
			return rc;
		}
	}
	out->arg_count = node->count;
	return KITH_OK;
}

static enum kith_rc read_file(const struct kith_json *json, const struct kith_json_node *node,
                              struct kith_arena *mem, struct kith_admin_file *out,
                              struct kith_why *why)
{
	if (node->kind != KITH_JSON_OBJECT || node->count != 2) {
		return refuse(why, "a file has a name and a content");
	}
	enum kith_rc rc = read_text(json, kith_json_get(json, node, "name"), mem, &out->name, why);
	if (rc == KITH_OK) {
		rc = read_text(json, kith_json_get(json, node, "content"), mem, &out->content, why);
	}
	return rc;
}

static enum kith_rc read_files(const struct kith_json *json, const struct kith_json_node *node,
                               struct kith_arena *mem, struct kith_admin_request *out,
                               struct kith_why *why)
{
	if (node == NULL || node->kind != KITH_JSON_ARRAY) {
		return refuse(why, "files must be an array");
	}
	if (node->count > KITH_ADMIN_FILES_MAX) {
		return refuse(why, "too many files");
	}
	const struct kith_json_node *item = kith_json_first(node);
	for (uint32_t i = 0; i < node->count; i++, item += item->skip) {
		enum kith_rc rc = read_file(json, item, mem, &out->files[i], why);
		if (rc != KITH_OK) {
			return rc;
		}
	}
	out->file_count = node->count;
	return KITH_OK;
}

/* Reads LINE as an object of just COUNT members. */
static enum kith_rc read_object(struct kith_str line, uint32_t count, struct kith_arena *mem,
                                struct kith_json *out, struct kith_why *why)
{
	enum kith_rc rc = kith_json_read(line, mem, out, why);

	if (rc == KITH_OK && (out->root->kind != KITH_JSON_OBJECT || out->root->count != count)) {
		return refuse(why, "not the members that belong there");
	}
	return rc;
}

enum kith_rc kith_control_read_request(struct kith_str line, struct kith_arena *mem,
                                       struct kith_admin_request *out, struct kith_why *why)
{
	struct kith_admin_request request = { 0 };
	struct kith_json json;
	enum kith_rc rc = read_object(line, 2, mem, &json, why);

	if (rc == KITH_OK) {
		rc = read_args(&json, kith_json_get(&json, json.root, "args"), mem, &request, why);
	}
	if (rc == KITH_OK) {
		rc = read_files(&json, kith_json_get(&json, json.root, "files"), mem, &request,
		                why);
	}
	if (rc == KITH_OK) {
		*out = request;
	}
	return rc;
}

enum kith_rc kith_control_read_reply(struct kith_str line, struct kith_arena *mem,
                                     struct kith_control_reply *out, struct kith_why *why)
{
	struct kith_control_reply reply = { 0 };
	struct kith_json json;
	enum kith_rc rc = read_object(line, 3, mem, &json, why);

	if (rc != KITH_OK) {
		return rc;
	}
	const struct kith_json_node *code = kith_json_get(&json, json.root, "exit");
	if (code == NULL || code->kind != KITH_JSON_INTEGER || code->integer < 0 ||
	    code->integer > 255) {
		return refuse(why, "exit must be 0 to 255");
	}
	reply.exit = (int)code->integer;
	rc = read_text(&json, kith_json_get(&json, json.root, "out"), mem, &reply.out, why);
	if (rc == KITH_OK) {
		rc = read_text(&json, kith_json_get(&json, json.root, "err"), mem, &reply.err, why);
	}
	if (rc == KITH_OK) {
		*out = reply;
	}
	return rc;
}
