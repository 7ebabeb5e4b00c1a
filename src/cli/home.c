/*
 * home.c -- three places to look, and the folders on the way there.
 */
#include "cli/home.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static const struct {
	const char *variable;
	const char *behind; /* what is put behind its value */
	bool is_folder;     /* which has to be absolute: XDG says so */
} places[] = {
	{ "KITH_SESSION", "", false },
	{ "XDG_CONFIG_HOME", "/kith/session", true },
	{ "HOME", "/.config/kith/session", true },
};

bool kith_home_find(const char *(*environment)(const char *name), char out[KITH_HOME_PATH_MAX])
{
	out[0] = '\0';
	for (size_t i = 0; i < KITH_COUNT(places); i++) {
		const char *value = environment(places[i].variable);
		int len;

		if (value == NULL || value[0] == '\0' || (places[i].is_folder && value[0] != '/')) {
			continue;
		}
		len = snprintf(out, KITH_HOME_PATH_MAX, "%s%s", value, places[i].behind);
		if (len < 0 || len >= KITH_HOME_PATH_MAX) {
			out[0] = '\0';
		}
		return out[0] != '\0';
	}
	return false;
}

enum kith_rc kith_home_make(const char *path, struct kith_why *why)
{
	char folder[KITH_HOME_PATH_MAX];
	int len = snprintf(folder, sizeof(folder), "%s", path);

	if (len < 0 || (size_t)len >= sizeof(folder)) {
		return kith_refuse(why, KITH_E_IO, NULL, "the path of the session is too long");
	}
	for (char *at = folder + 1; *at != '\0'; at++) {
		if (*at != '/') {
			continue;
		}
		*at = '\0';
		if (mkdir(folder, 0700) != 0 && errno != EEXIST) {
			return kith_refuse(why, KITH_E_IO, NULL, "cannot make %.80s: %s", folder,
			                   strerror(errno));
		}
		*at = '/';
	}
	return KITH_OK;
}
