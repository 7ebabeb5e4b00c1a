/*
 * holes.h -- requests with holes, such as {message}, for what earlier answers said.
 */
#ifndef KITH_TESTS_DOOR_HOLES_H
#define KITH_TESTS_DOOR_HOLES_H

#include "unit/rig/desk.h"

#include <stdio.h>

static struct hole {
	const char *name;
	char text[1024];
} holes[] = {
	{ .name = "{conversation}" }, { .name = "{message}" }, { .name = "{token}" },
	{ .name = "{session}" },      { .name = "{refresh}" },
};

static inline char *hole(const char *name)
{
	for (size_t i = 0; i < KITH_COUNT(holes); i++) {
		if (strcmp(holes[i].name, name) == 0) {
			return holes[i].text;
		}
	}
	fail_msg("no hole %s", name);
	return NULL;
}

/* What fills the hole that AT begins with; NULL when it is none. */
static inline const struct hole *hole_at(const char *at)
{
	for (size_t i = 0; i < KITH_COUNT(holes); i++) {
		if (strncmp(at, holes[i].name, strlen(holes[i].name)) == 0) {
			return &holes[i];
		}
	}
	return NULL;
}

/* REQUEST with all its holes filled. */
static inline void fill(const char *request, char *out, size_t room)
{
	size_t len = 0;

	while (*request != '\0') {
		const struct hole *filled = hole_at(request);
		int wrote = filled == NULL ? snprintf(out + len, room - len, "%c", *request)
		                           : snprintf(out + len, room - len, "%s", filled->text);
		len += (size_t)wrote;
		assert_true(len < room);
		request += filled == NULL ? 1 : strlen(filled->name);
	}
	out[len] = '\0';
}

/* Fills the conversation DIRECT, a new MESSAGE, and a token of an app for Alice. */
static inline void fill_begin(struct desk *desk, const char *direct)
{
	snprintf(hole("{conversation}"), sizeof(holes[0].text), "%s", direct);
	rig_id(&desk->rig, hole("{message}"));
	snprintf(hole("{token}"), sizeof(holes[0].text), "%s",
	         desk_token(desk, "k1", "alice", 3600));
}

/* Fills the session and the refresh token of ANSWER, when it has them. */
static inline void fill_grant(const char *answer)
{
	if (strstr(answer, "\"refreshToken\":\"") != NULL) {
		json_value(answer, "refreshToken", hole("{refresh}"), sizeof(holes[0].text));
		json_value(strstr(answer, "\"session\":"), "id", hole("{session}"),
		           sizeof(holes[0].text));
	}
}

#endif
