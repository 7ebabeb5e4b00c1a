/*
 * replay.c -- runs a fuzz target over the files of a corpus, in the ordinary tests.
 *
 * replay_<name> [DIRECTORY...] hands each file to the target once, in the order of
 * their names, and prints TAP; without a directory, those of KITH_CORPUS, which the
 * build sets. A corpus without a file fails, so that a wrong path is no success.
 */
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "fuzz.h"

static int is_file_name(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* Hands the file PATH to the target. false when it cannot be read. */
static bool replay_file(const char *path)
{
	struct stat about;
	FILE *file = fopen(path, "rb");
	if (file == NULL || fstat(fileno(file), &about) != 0 || !S_ISREG(about.st_mode)) {
		fprintf(stderr, "# cannot read %s\n", path);
		if (file != NULL) {
			fclose(file);
		}
		return false;
	}
	/* Exactly as large as the file, so that a sanitizer sees any byte too far. */
	size_t size = (size_t)about.st_size;
	uint8_t *data = malloc(size == 0 ? 1 : size);
	bool is_read = data != NULL && fread(data, 1, size, file) == size;
	fclose(file);
	if (is_read) {
		LLVMFuzzerTestOneInput(data, size);
	}
	free(data);
	return is_read;
}

/* returns how many files DIRECTORY has, or -1 when one could not be read. */
static int replay_directory(const char *directory)
{
	struct dirent **entries;
	int count = scandir(directory, &entries, is_file_name, alphasort);
	bool is_read = count >= 0;
	for (int i = 0; i < count; i++) {
		char path[4096];
		snprintf(path, sizeof(path), "%s/%s", directory, entries[i]->d_name);
		is_read = replay_file(path) && is_read;
		free(entries[i]);
	}
	if (count >= 0) {
		free(entries);
	}
	return is_read ? count : -1;
}

/* "json" of ".../replay_json". */
static const char *name_of(const char *program)
{
	const char *name = strstr(program, "replay_");
	return name == NULL ? program : name + strlen("replay_");
}

int main(int argc, char **argv)
{
	static const char *const standard[] = { KITH_CORPUS };
	const char *const *directories = argc > 1 ? (const char *const *)argv + 1 : standard;
	int many = argc > 1 ? argc - 1 : 1;
	int files = 0;
	bool is_read = true;
	for (int i = 0; i < many; i++) {
		int count = replay_directory(directories[i]);
		is_read = is_read && count >= 0;
		files += count > 0 ? count : 0;
	}
	bool is_ok = is_read && files > 0;
	printf("1..1\n%s 1 - corpus %s replays (%d files)\n", is_ok ? "ok" : "not ok",
	       name_of(argv[0]), files);
	return is_ok ? 0 : 1;
}
