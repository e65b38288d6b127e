// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <openssl/crypto.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dsrd/journal.h"
#include "dsrd/secret.h"
#include "error.h"

static struct secret *secrets;

static int fail(struct secret *secret, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(secret->error, sizeof(secret->error), format, args);
	va_end(args);
	OPENSSL_cleanse(secret->bytes, sizeof(secret->bytes));
	secret->n = 0;
	return -1;
}

/* Check that others can neither read the file nor choose what it has. The group may read it, since
 * the mask of an access control list looks like that.
 */
static int check_access(struct secret *secret, int fd)
{
	struct stat stat;

	if (fstat(fd, &stat))
		return fail(secret, "%s: %s", secret->file, strerror(errno));
	if (!S_ISREG(stat.st_mode))
		return fail(secret, "%s: not a regular file", secret->file);
	if (stat.st_mode & 0027)
		return fail(secret, "%s: mode %04o: other users have access", secret->file,
			    stat.st_mode & 07777);
	if (stat.st_uid && stat.st_uid != geteuid())
		return fail(secret, "%s: belongs to another user", secret->file);
	return 0;
}

static int read_bytes(struct secret *secret, int fd)
{
	char bytes[SECRET_MAX + 3];
	ssize_t size = read(fd, bytes, sizeof(bytes));

	if (size < 0)
		return fail(secret, "%s: %s", secret->file, strerror(errno));
	if (size && bytes[size - 1] == '\n')
		size--;
	if (size && bytes[size - 1] == '\r')
		size--;
	secret->n = size;
	if (size && size <= SECRET_MAX)
		memcpy(secret->bytes, bytes, size);
	OPENSSL_cleanse(bytes, sizeof(bytes));
	if (!size || size > SECRET_MAX)
		return fail(secret, "%s: expected 1 to %d bytes", secret->file, SECRET_MAX);
	return 0;
}

int secret_read(struct secret *secret, const char *file)
{
	const char *dir = getenv("CREDENTIALS_DIRECTORY");
	char path[PATH_MAX];
	int fd, ret;

	memset(secret, 0, sizeof(*secret));
	snprintf(secret->file, sizeof(secret->file), "%s", file);
	if (*file != '/' && !dir)
		return fail(secret, "%s: systemd has given dsrd no credentials", file);
	if (*file == '/')
		snprintf(path, sizeof(path), "%s", file);
	else
		snprintf(path, sizeof(path), "%s/%s", dir, file);
	/* A pipe must not make the loop wait. */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return fail(secret, "%s: %s", file, strerror(errno));
	ret = check_access(secret, fd) || read_bytes(secret, fd) ? -1 : 0;
	close(fd);
	return ret;
}

const struct secret *secret_find(const char *file)
{
	const struct secret *secret = secrets;

	while (secret && strcmp(secret->file, file))
		secret = secret->next;
	return secret;
}

static void take(const char *file)
{
	struct secret *secret;

	if (!*file || secret_find(file))
		return;
	secret = error_check_alloc(malloc(sizeof(*secret)));
	if (secret_read(secret, file))
		journal_add(JOURNAL_ERROR, NULL, NULL, "secret", "%s", secret->error);
	secret->next = secrets;
	secrets = secret;
}

void secret_read_all(const struct config *config)
{
	const struct config_check *check;
	size_t i;

	secret_forget_all();
	for (i = 0; i < config->checks.n; i++) {
		check = config_check(config, i);
		take(check->secret_file);
		take(check->password_file);
	}
}

void secret_forget_all(void)
{
	struct secret *secret, *next;

	for (secret = secrets; secret; secret = next) {
		next = secret->next;
		OPENSSL_cleanse(secret, sizeof(*secret));
		free(secret);
	}
	secrets = NULL;
}
