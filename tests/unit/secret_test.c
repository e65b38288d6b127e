// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of the files with the secrets of dsrd's checks. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dsrd/secret.h"
#include "unit.h"

static struct secret secret;

/* Read a file with this content and mode. Return the error without the name, or NULL. */
static const char *error_of(const char *text, mode_t mode)
{
	char path[] = "/tmp/secret_test_XXXXXX";
	int ret;

	make_file(path, text);
	assert_int_equal(chmod(path, mode), 0);
	ret = secret_read(&secret, path);
	unlink(path);
	if (!ret)
		return NULL;
	assert_int_equal(secret.n, 0);
	assert_memory_equal(secret.error, path, strlen(path));
	return secret.error + strlen(path) + 2;
}

static void a_newline_at_the_end_is_no_part(void **state)
{
	(void)state;
	assert_null(error_of("s3cret\n", 0400));
	assert_int_equal(secret.n, 6);
	assert_memory_equal(secret.bytes, "s3cret", 6);
	assert_null(error_of("s3cret\r\n", 0600));
	assert_int_equal(secret.n, 6);
	assert_null(error_of("a b\n\n", 0600));
	assert_memory_equal(secret.bytes, "a b\n", 4);
	assert_null(error_of("x", 0600));
}

static void the_size_has_limits(void **state)
{
	char text[260];

	(void)state;
	memset(text, 'x', sizeof(text));
	text[255] = '\0';
	assert_null(error_of(text, 0600));
	assert_int_equal(secret.n, SECRET_MAX);
	text[255] = 'x';
	text[256] = '\0';
	assert_string_equal(error_of(text, 0600), "expected 1 to 255 bytes");
	text[256] = 'x';
	text[259] = '\0';
	assert_string_equal(error_of(text, 0600), "expected 1 to 255 bytes");
	assert_string_equal(error_of("", 0600), "expected 1 to 255 bytes");
	assert_string_equal(error_of("\n", 0600), "expected 1 to 255 bytes");
}

static void others_have_no_access(void **state)
{
	(void)state;
	assert_string_equal(error_of("x", 0604), "mode 0604: other users have access");
	assert_string_equal(error_of("x", 0602), "mode 0602: other users have access");
	assert_string_equal(error_of("x", 0620), "mode 0620: other users have access");
	/* systemd gives access by a list, whose mask is what the group has. */
	assert_null(error_of("x", 0440));
}

static void only_files_are_read(void **state)
{
	char path[] = "/tmp/secret_test_XXXXXX";

	(void)state;
	assert_int_equal(secret_read(&secret, "/dev/null"), -1);
	assert_non_null(strstr(secret.error, "not a regular file"));
	assert_int_equal(secret_read(&secret, "/nonexistent"), -1);
	assert_string_equal(secret.error, "/nonexistent: No such file or directory");
	make_file(path, "x");
	unlink(path);
	assert_int_equal(mkfifo(path, 0600), 0);
	assert_int_equal(secret_read(&secret, path), -1);
	assert_non_null(strstr(secret.error, "not a regular file"));
	unlink(path);
}

static void a_name_is_that_of_a_credential(void **state)
{
	char dir[] = "/tmp/secret_test_XXXXXX", path[64];
	FILE *file;

	(void)state;
	unsetenv("CREDENTIALS_DIRECTORY");
	assert_int_equal(secret_read(&secret, "radius"), -1);
	assert_string_equal(secret.error, "radius: systemd has given dsrd no credentials");
	assert_non_null(mkdtemp(dir));
	setenv("CREDENTIALS_DIRECTORY", dir, 1);
	assert_int_equal(secret_read(&secret, "radius"), -1);
	assert_string_equal(secret.error, "radius: No such file or directory");
	snprintf(path, sizeof(path), "%s/radius", dir);
	file = fopen(path, "w");
	fputs("s3cret", file);
	fclose(file);
	chmod(path, 0400);
	assert_int_equal(secret_read(&secret, "radius"), 0);
	assert_memory_equal(secret.bytes, "s3cret", 6);
	unlink(path);
	rmdir(dir);
}

static void all_files_of_a_configuration_are_read_again(void **state)
{
	char path[] = "/tmp/secret_test_XXXXXX";
	struct config config;
	struct config_check *check;
	FILE *file;

	(void)state;
	config_init(&config);
	check = list_new(&config.checks);
	check_init(check, CHECK_RADIUS);
	make_file(path, "first");
	chmod(path, 0600);
	snprintf(check->secret_file, sizeof(check->secret_file), "%s", path);
	snprintf(check->password_file, sizeof(check->password_file), "/nonexistent");
	secret_read_all(&config);
	assert_memory_equal(secret_find(path)->bytes, "first", 5);
	assert_int_equal(secret_find("/nonexistent")->n, 0);
	assert_null(secret_find("/other"));
	file = fopen(path, "w");
	fputs("second", file);
	fclose(file);
	secret_read_all(&config);
	assert_int_equal(secret_find(path)->n, 6);
	secret_forget_all();
	assert_null(secret_find(path));
	unlink(path);
	config_free(&config);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_newline_at_the_end_is_no_part),
		cmocka_unit_test(the_size_has_limits),
		cmocka_unit_test(others_have_no_access),
		cmocka_unit_test(only_files_are_read),
		cmocka_unit_test(a_name_is_that_of_a_credential),
		cmocka_unit_test(all_files_of_a_configuration_are_read_again),
	};

	return cmocka_run_group_tests_name("secret", tests, NULL, NULL);
}
