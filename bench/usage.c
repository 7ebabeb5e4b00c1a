/*
 * usage.c -- reads /proc. The header tells the story.
 */
#include "bench/usage.h"

#include "base/str.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { STATE_LISTEN = 0x0a, PATH_ROOM = 300 };

bool kith_usage_cpu_us(pid_t pid, int64_t *out)
{
	char path[64], line[1024];
	unsigned long long user, system;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	FILE *file = fopen(path, "re");
	if (file == NULL) {
		return false;
	}
	bool is_read = fgets(line, sizeof(line), file) != NULL;
	fclose(file);

	/* The name in parentheses may hold anything, so count from its end. */
	const char *rest = is_read ? strrchr(line, ')') : NULL;
	if (rest == NULL ||
	    sscanf(rest + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu", &user,
	           &system) != 2) {
		return false;
	}
	*out = (int64_t)((user + system) * 1000000 / (unsigned long long)sysconf(_SC_CLK_TCK));
	return true;
}

/* The inode of the socket that listens on PORT, from a table like /proc/net/tcp; 0: none. */
static unsigned long find_inode(const char *table, int port)
{
	char line[512];
	unsigned long found = 0;
	FILE *file = fopen(table, "re");

	if (file == NULL) {
		return 0;
	}
	while (found == 0 && fgets(line, sizeof(line), file) != NULL) {
		unsigned its_port, state;
		unsigned long inode;

		if (sscanf(line,
		           " %*d: %*[0-9A-Fa-f]:%x %*[0-9A-Fa-f]:%*x %x %*s %*s %*s %*u %*u %lu",
		           &its_port, &state, &inode) == 3 &&
		    its_port == (unsigned)port && state == STATE_LISTEN) {
			found = inode;
		}
	}
	fclose(file);
	return found;
}

static bool holds_socket(const char *pid, unsigned long inode)
{
	char path[PATH_ROOM], wanted[64], target[64];
	bool found = false;

	snprintf(wanted, sizeof(wanted), "socket:[%lu]", inode);
	snprintf(path, sizeof(path), "/proc/%s/fd", pid);
	DIR *dir = opendir(path);
	if (dir == NULL) {
		return false;
	}
	for (struct dirent *entry; !found && (entry = readdir(dir)) != NULL;) {
		ssize_t len = readlinkat(dirfd(dir), entry->d_name, target, sizeof(target));

		found = len > 0 && kith_str_is(kith_str_make(target, (size_t)len), wanted);
	}
	closedir(dir);
	return found;
}

pid_t kith_usage_find_listener(int port)
{
	unsigned long inode = find_inode("/proc/net/tcp", port);
	pid_t found = 0;
	DIR *dir = inode == 0 ? NULL : opendir("/proc");

	if (inode == 0 && (inode = find_inode("/proc/net/tcp6", port)) != 0) {
		dir = opendir("/proc");
	}
	if (dir == NULL) {
		return 0;
	}
	for (struct dirent *entry; found == 0 && (entry = readdir(dir)) != NULL;) {
		int64_t pid;

		if (kith_str_to_int(kith_str_of(entry->d_name), &pid) && pid > 0 &&
		    holds_socket(entry->d_name, inode)) {
			found = (pid_t)pid;
		}
	}
	closedir(dir);
	return found;
}
