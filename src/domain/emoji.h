/*
 * emoji.h -- is this text one emoji?
 *
 * A reaction is one emoji of those that Unicode recommends for interchange, with
 * its skin tones, flags and families. The properties are ICU's.
 */
#ifndef KITH_DOMAIN_EMOJI_H
#define KITH_DOMAIN_EMOJI_H

#include <stdbool.h>

#include "base/str.h"

/*
 * Just one emoji of at most KITH_EMOJI_MAX bytes; one that needs the selector of
 * its coloured form (U+FE0F) may lack it.
 * source   UTS 51 RGI_Emoji; R-050
 */
bool kith_emoji_is_valid(struct kith_str text);

#endif
