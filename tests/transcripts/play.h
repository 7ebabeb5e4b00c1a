/*
 * play.h -- plays all transcripts on one stage and says what came of it.
 *
 * Each case becomes one line of TAP; what was expected and what was heard is
 * printed with file and line. The main of every door's program is this one call.
 */
#ifndef KITH_TESTS_TRANSCRIPTS_PLAY_H
#define KITH_TESTS_TRANSCRIPTS_PLAY_H

#include "transcripts/stage.h"

/* The exit code of the program. ARGV may hold words: only cases with one in their name. */
int play_all(const struct stage *stage, int argc, char **argv);

#endif
