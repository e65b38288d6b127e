// SPDX-License-Identifier: GPL-2.0-or-later
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"
#include "state.h"

#define STATE_DIR "/var/lib/nf_dsr"

static int failed(struct dsr_error *err, const char *path)
{
	return error_usage(err, "%s: %s", path, strerror(errno));
}

/* Create a directory and those above it. */
static int make_directory(const char *path, struct dsr_error *err)
{
	char part[PATH_MAX];
	char *slash;

	snprintf(part, sizeof(part), "%s/", path);
	for (slash = strchr(part + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(part, 0755) && errno != EEXIST)
			return failed(err, part);
		*slash = '/';
	}
	return 0;
}

static const char *name_path(const struct state *state, const char *name, char *path, size_t size)
{
	snprintf(path, size, "%s/%s", state->dir, name);
	return path;
}

const char *state_path(const struct state *state, unsigned int number, char *path, size_t size)
{
	char name[24] = "before.yaml";

	if (number)
		snprintf(name, sizeof(name), "%u.yaml", number);
	return name_path(state, name, path, size);
}

static int sync_directory(const struct state *state, struct dsr_error *err)
{
	int fd = open(state->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), ret = 0;

	if (fd < 0)
		return failed(err, state->dir);
	if (fsync(fd))
		ret = failed(err, state->dir);
	close(fd);
	return ret;
}

/* Replace a file. A crash leaves the old one or the new one. */
static int replace(const struct state *state, const char *name, const char *text, size_t size,
		   struct dsr_error *err)
{
	char path[PATH_MAX], part[PATH_MAX];
	int ret;

	name_path(state, name, path, sizeof(path));
	name_path(state, "part", part, sizeof(part));
	ret = file_replace(path, part, text, size, err);
	return ret ? ret : sync_directory(state, err);
}

/* Read numbers from a file. All are 0 if it does not exist. */
static int read_numbers(const struct state *state, const char *name, unsigned long long *numbers,
			int n, struct dsr_error *err)
{
	char path[PATH_MAX];
	FILE *file;
	int i;

	memset(numbers, 0, n * sizeof(*numbers));
	file = fopen(name_path(state, name, path, sizeof(path)), "re");
	if (!file)
		return errno == ENOENT ? 0 : failed(err, path);
	for (i = 0; i < n; i++)
		if (fscanf(file, "%llu", &numbers[i]) != 1)
			break;
	fclose(file);
	return i == n ? 0 : error_usage(err, "%s: expected %d numbers", path, n);
}

static int read_state(struct state *state, struct dsr_error *err)
{
	unsigned long long number, pending[3];

	if (read_numbers(state, "applied", &number, 1, err))
		return -1;
	state->applied = number;
	if (read_numbers(state, "confirmed", &number, 1, err))
		return -1;
	state->confirmed = number;
	if (read_numbers(state, "pending", pending, 3, err))
		return -1;
	state->pending = pending[0];
	state->previous = pending[1];
	state->deadline = pending[2];
	return 0;
}

static int take_lock(struct state *state, enum state_lock lock, struct dsr_error *err)
{
	char path[PATH_MAX];

	if (make_directory(state->dir, err))
		return -1;
	state->lock = open(name_path(state, "lock", path, sizeof(path)),
			   O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (state->lock < 0)
		return failed(err, path);
	if (!flock(state->lock, LOCK_EX | (lock == STATE_WAIT ? 0 : LOCK_NB)))
		return 0;
	if (errno != EWOULDBLOCK)
		return failed(err, path);
	return error_usage(err, "another dsrctl is changing the configuration: try again");
}

int state_open(struct state *state, const char *netns, enum state_lock lock,
	       struct dsr_error *err)
{
	*state = (struct state){ .lock = -1 };
	snprintf(state->dir, sizeof(state->dir), "%s%s%s", STATE_DIR, netns ? "/netns/" : "",
		 netns ? netns : "");
	if (lock && take_lock(state, lock, err))
		return -1;
	return read_state(state, err);
}

void state_close(struct state *state)
{
	if (state->lock >= 0)
		close(state->lock);
}

static int compare(const void *a, const void *b)
{
	const struct state_entry *left = a, *right = b;

	return (left->number < right->number) - (left->number > right->number);
}

/* Return the number of a file of the history, or 0 for another file. */
static unsigned int entry_number(const char *name)
{
	unsigned long number;
	char *end;

	if (*name < '1' || *name > '9')
		return 0;
	number = strtoul(name, &end, 10);
	return number <= UINT_MAX && !strcmp(end, ".yaml") ? number : 0;
}

struct state_entry *state_history(const struct state *state, size_t *n)
{
	struct state_entry *entries = NULL;
	DIR *dir = opendir(state->dir);
	const struct dirent *file;
	unsigned int number;
	struct stat status;

	*n = 0;
	while (dir && (file = readdir(dir))) {
		number = entry_number(file->d_name);
		if (!number || fstatat(dirfd(dir), file->d_name, &status, 0))
			continue;
		entries = error_check_alloc(reallocarray(entries, *n + 1, sizeof(*entries)));
		entries[(*n)++] = (struct state_entry){ number, status.st_mtime };
	}
	if (dir)
		closedir(dir);
	if (*n)
		qsort(entries, *n, sizeof(*entries), compare);
	return entries;
}

int state_store(struct state *state, const char *text, size_t size, unsigned int *number,
		struct dsr_error *err)
{
	struct state_entry *entries;
	char name[24];
	size_t n;

	entries = state_history(state, &n);
	*number = n ? entries[0].number + 1 : 1;
	free(entries);
	snprintf(name, sizeof(name), "%u.yaml", *number);
	return replace(state, name, text, size, err);
}

int state_store_before(struct state *state, const char *text, size_t size, struct dsr_error *err)
{
	return replace(state, "before.yaml", text, size, err);
}

static int write_number(struct state *state, const char *name, unsigned int number,
			struct dsr_error *err)
{
	char text[24];

	snprintf(text, sizeof(text), "%u\n", number);
	return replace(state, name, text, strlen(text), err);
}

int state_write_applied(struct state *state, unsigned int number, struct dsr_error *err)
{
	state->applied = number;
	return write_number(state, "applied", number, err);
}

int state_write_confirmed(struct state *state, unsigned int number, struct dsr_error *err)
{
	state->confirmed = number;
	return write_number(state, "confirmed", number, err);
}

int state_write_pending(struct state *state, unsigned int number, time_t deadline,
			struct dsr_error *err)
{
	char text[64];

	state->pending = number;
	state->previous = state->applied;
	state->deadline = deadline;
	snprintf(text, sizeof(text), "%u %u %lld\n", number, state->previous, (long long)deadline);
	return replace(state, "pending", text, strlen(text), err);
}

int state_clear_pending(struct state *state, struct dsr_error *err)
{
	char path[PATH_MAX];

	state->pending = 0;
	if (unlink(name_path(state, "pending", path, sizeof(path))) && errno != ENOENT)
		return failed(err, path);
	unlink(state_path(state, 0, path, sizeof(path)));
	return sync_directory(state, err);
}

void state_drop(struct state *state, unsigned int number)
{
	char path[PATH_MAX];

	unlink(state_path(state, number, path, sizeof(path)));
}

void state_prune(const struct state *state)
{
	struct state_entry *entries;
	char path[PATH_MAX];
	size_t i, n;

	entries = state_history(state, &n);
	for (i = STATE_HISTORY; i < n; i++)
		if (entries[i].number != state->applied && entries[i].number != state->confirmed &&
		    entries[i].number != state->previous)
			unlink(state_path(state, entries[i].number, path, sizeof(path)));
	free(entries);
}
