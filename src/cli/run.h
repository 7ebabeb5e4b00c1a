/*
 * run.h -- one command's connection, from its first call to its exit code.
 *
 * Makes the client, turns its loop together with standard input and the signals,
 * writes what the command has put into its output, and turns problems into a line
 * on stderr and an exit code. What is asked and printed is the command's.
 */
#ifndef KITH_CLI_RUN_H
#define KITH_CLI_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "cli/options.h"
#include "kith/client.h"
#include "kith/outbox.h"

struct kith_run;

/* Who speaks. */
enum kith_run_account {
	KITH_RUN_ANY,         /* the token that was given, else who is signed in        */
	KITH_RUN_SESSION,     /* who is signed in                                       */
	KITH_RUN_NEW_SESSION, /* who will be: nothing is connected                      */
};

/* What a command does; any may be NULL. Called one at a time. */
struct kith_run_ops {
	void (*on_start)(struct kith_run *run); /* the client is made, and connects   */
	void (*on_state)(struct kith_run *run, enum kith_client_state state,
	                 const struct kith_problem *problem);
	void (*on_event)(struct kith_run *run, const struct kith_api_event *event);
	void (*on_reload)(struct kith_run *run);
	void (*on_outbox)(struct kith_run *run, const struct kith_outbox_result *result);
	void (*on_input)(struct kith_run *run);   /* standard input can be read         */
	void (*on_step)(struct kith_run *run);    /* the client had its turn            */
	void (*on_flushed)(struct kith_run *run); /* all of out has been written      */
	void (*on_signal)(struct kith_run *run);  /* interrupted; else it exits       */
	void (*on_resize)(struct kith_run *run);  /* the terminal has another size    */
	void (*on_over)(struct kith_run *run);    /* its last words into out          */
};

struct kith_run {
	const struct kith_cli_options *options;
	const struct kith_run_ops *ops;
	void *job;         /* the command's own                     */
	const char *since; /* for the client's options; may be NULL */
	const char *outbox;
	enum kith_run_account account;
	int64_t wake_us;  /* steady: step again then; 0: not       */
	bool wants_input; /* call on_input                         */
	bool is_patient;  /* waits for a server that is not there  */
	bool says_losses; /* on stderr, and when it is back        */

	struct kith_client *client;
	struct kith_buf out; /* what goes to standard output          */
	bool is_done;
	bool was_online;
	bool is_lost; /* and that was said */
	int exit_code;
};

/* Runs until kith_run_end() or a final problem; frees the client. returns the exit code. */
int kith_run(struct kith_run *run);

/* It is over, with CODE, once out is written. The first call counts. */
void kith_run_end(struct kith_run *run, int code);

/* Prints PROBLEM on stderr (as JSON with --json), and ends with its code. */
void kith_run_refuse(struct kith_run *run, const struct kith_problem *problem);

/* Prints it only. JSON may be none. */
void kith_run_print_problem(const struct kith_cli_options *options,
                            const struct kith_problem *problem, struct kith_text json);

/* Refuses what kith_*() answered at once, if it did; true when it is fine. */
bool kith_run_check(struct kith_run *run, int status);

/* 1 or 3. */
int kith_run_exit_code(const struct kith_problem *problem);

static inline struct kith_str kith_run_str(struct kith_text text)
{
	return (struct kith_str){ .at = text.at, .len = text.len };
}

#endif
