/*
 * script.h -- transcripts as values: who says what, who hears what.
 *
 * Reads a transcript file into cases and steps. What a line means is decided
 * here once, so that a line that means nothing fails before anything runs; what
 * its words are worth is play.h's. README.md beside this describes the form.
 */
#ifndef KITH_TESTS_TRANSCRIPTS_SCRIPT_H
#define KITH_TESTS_TRANSCRIPTS_SCRIPT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

enum {
	SCRIPT_PEOPLE_MAX = 8,
	SCRIPT_DEVICES_MAX = 12,
	SCRIPT_WORDS_MAX = 24,
	SCRIPT_USER_ID_MAX = 64,
	SCRIPT_TTL_S = 3600, /* of a token about which nothing is said */
};

/* The doors, as bits. */
enum script_door {
	SCRIPT_INSIDE = 1,
	SCRIPT_HTTP = 2,
	SCRIPT_SOCKET = 4,
	SCRIPT_LIBKITH = 8,
	SCRIPT_ALL = 15,
};

/* Organizations that are there for every case, by index; none is the operator's. */
enum script_org { SCRIPT_DEFAULT, SCRIPT_OTHER, SCRIPT_ORG_COUNT, SCRIPT_NO_ORG = -1 };

enum value_kind {
	VALUE_WORD,   /* bob, or text: a person's id, or itself */
	VALUE_STRING, /* "…" with {bob} and {$x} filled in      */
	VALUE_RAW,    /* `…` JSON or bytes as they are          */
	VALUE_INTEGER,
	VALUE_VARIABLE, /* $x  */
	VALUE_ANY,      /* *, *time, *uuid, *word */
};

struct value {
	enum value_kind kind;
	struct kith_str text; /* without quotes and $, escapes undone */
	int64_t integer;
};

enum word_form {
	WORD_BARE,   /* value         */
	WORD_EQUAL,  /* key=value     */
	WORD_LENGTH, /* key#=value    */
	WORD_ABSENT, /* -key          */
};

struct word {
	enum word_form form;
	struct kith_str key;
	struct value value;
};

struct person {
	struct kith_str name;
	char id[SCRIPT_USER_ID_MAX + 1]; /* the name behind the number of its case */
	unsigned orgs;                   /* bits by enum script_org                */
};

/* What a device's token shall be. */
struct token_spec {
	bool is_none;
	bool is_session; /* an access token of a session in all organizations, or in `other` */
	bool is_forged;  /* signed by somebody else */
	bool is_garbage; /* no token at all         */
	bool has_strange_key;
	int org; /* whose key signs: enum script_org          */
	int64_t ttl_s;
	int64_t nbf_s;         /* from now; 0: not said */
	struct kith_str claim; /* org, when it shall not be the key's; at NULL: the key's */
	struct kith_str scope; /* at NULL: not said */
	struct kith_str sub;   /* at NULL: the person */
};

/* alice, or alice/2: one connection of a person. */
struct device {
	struct kith_str label;
	struct person *person;
	struct token_spec token;
	bool is_manual; /* opens its connection by itself */
};

enum step_kind {
	STEP_SAY,     /* device > call args…           */
	STEP_SPECIAL, /* device > raw|frame|open|hello|close … */
	STEP_HEAR,    /* device < ok|code pattern…     */
	STEP_EVENT,   /* device < event name pattern…  */
	STEP_QUIET,   /* device < nothing              */
	STEP_FRAME,   /* device < frame pattern…       */
	STEP_CLOSED,  /* device < closed code          */
	STEP_DO,      /* do count device > call args…  */
	STEP_COLLECT, /* device collects count call args… */
	STEP_LET,     /* let name kind …               */
	STEP_AT,      /* at span                       */
	STEP_DISK,    /* disk full|ok                  */
	STEP_DAMAGE,  /* damage $conversation          */
};

struct step {
	enum step_kind kind;
	int line;
	size_t device;        /* index in the case's devices */
	int64_t count;        /* DO, COLLECT: how often; AT: microseconds; CLOSED: code */
	struct kith_str what; /* call, code, event, or the special's word */
	const struct word *words;
	size_t word_count;
	struct step *next;
};

struct script_case {
	const char *file;
	int line;
	int number; /* over all files */
	struct kith_str name;
	unsigned doors;
	bool is_slow;     /* waits for the server's patience to end: heard last */
	bool moves_clock; /* so it runs inside only       */
	struct person people[SCRIPT_PEOPLE_MAX];
	size_t person_count;
	struct device devices[SCRIPT_DEVICES_MAX];
	size_t device_count;
	struct step *steps;
	struct script_case *next;
};

struct script {
	struct kith_arena mem; /* of all that is below */
	struct script_case *cases;
	struct script_case *last;
	int case_count;
};

/*
 * Reads the transcript file PATH and appends its cases.
 * returns  false after printing "FILE:LINE: what" as a TAP comment
 */
bool script_read(struct script *script, const char *path);

/* Reads all transcripts there are, in one order. */
bool script_read_all(struct script *script);
void script_done(struct script *script);

/* The doors that CASE goes through. */
unsigned script_doors(const struct script_case *c);

/* The name of one door: "http". */
const char *script_door_name(enum script_door door);

#endif
