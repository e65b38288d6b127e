// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"

static int failed(struct dsr_error *err, const char *path)
{
	return error_usage(err, "%s: %s", path, strerror(errno));
}

static int write_all(int fd, const char *text, size_t size)
{
	ssize_t n;

	for (; size; text += n, size -= n) {
		n = write(fd, text, size);
		if (n < 0 && errno == EINTR)
			n = 0;
		else if (n < 0)
			return -1;
	}
	return 0;
}

/* Write a file. An error is about @name. */
static int write_to(const char *path, const char *name, const char *text, size_t size, bool sync,
		    struct dsr_error *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644), ret = 0;

	if (fd < 0)
		return failed(err, name);
	if (write_all(fd, text, size) || (sync && fsync(fd)))
		ret = failed(err, name);
	if (close(fd) && !ret)
		ret = failed(err, name);
	return ret;
}

int file_replace(const char *path, const char *part, const char *text, size_t size,
		 struct dsr_error *err)
{
	int ret = write_to(part, path, text, size, true, err);

	if (!ret && rename(part, path))
		ret = failed(err, path);
	return ret;
}

/* Write a file: the old one is there until the new one is complete. */
static int write_file(const char *path, const char *text, size_t size, struct dsr_error *err)
{
	char target[PATH_MAX], part[PATH_MAX + 16];
	struct stat status;

	if (!stat(path, &status) && !S_ISREG(status.st_mode))
		return write_to(path, path, text, size, false, err);
	/* The name may be a link, which stays one. */
	if (!realpath(path, target))
		snprintf(target, sizeof(target), "%s", path);
	snprintf(part, sizeof(part), "%s.%d", target, (int)getpid());
	if (!file_replace(target, part, text, size, err))
		return 0;
	unlink(part);
	return -1;
}

FILE *file_output_open(struct file_output *output)
{
	*output = (struct file_output){ 0 };
	output->memory = error_check_alloc(open_memstream(&output->text, &output->size));
	return output->memory;
}

int file_output_close(struct file_output *output, const char *path, FILE *stream,
		      struct dsr_error *err)
{
	int ret = 0;

	if (fclose(output->memory))
		error_check_alloc(NULL);
	if (path && strcmp(path, "-"))
		ret = write_file(path, output->text, output->size, err);
	else
		fwrite(output->text, 1, output->size, stream);
	free(output->text);
	return ret;
}
