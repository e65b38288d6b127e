// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests that the table of options matches the specification, and what follows from it. */
#include <stdlib.h>
#include <string.h>

#include "fake_nl.h"
#include "nl_attr.h"
#include "reply.h"
#include "spec_gen.h"
#include "unit.h"

#define N_SERVICE (sizeof(spec_service) / sizeof(*spec_service))
#define N_BACKEND (sizeof(spec_backend) / sizeof(*spec_backend))

static const struct kind {
	enum conf_object object;
	const struct spec_attribute *spec;
	size_t n;
	const char *name;
	const char *key;
	int cmd;
	struct nl_msg *(*reply)(int cmd, const char *line);
} objects[] = {
	{ CONF_SERVICE, spec_service, N_SERVICE, "service", "tcp 192.0.2.1",
	  NF_DSR_CMD_SERVICE_GET, reply_service },
	{ CONF_BACKEND, spec_backend, N_BACKEND, "backend", "tcp 192.0.2.1 10.0.0.1",
	  NF_DSR_CMD_BACKEND_GET, reply_backend },
};

#define N_OBJECTS (sizeof(objects) / sizeof(*objects))

static const char *type_of(enum attr_kind kind)
{
	static const char *const types[] = {
		[FLAG] = "flag", [U8] = "u8", [U16] = "u16", [U32] = "u32", [U64] = "u64",
		[BE16] = "be16", [STRING] = "string", [ADDR4] = "be32", [ADDR6] = "binary",
		[NEST] = "nest", [NESTS] = "nest", [OPTION] = "u16",
	};

	return types[kind];
}

/* Write a name with other characters in place of some. */
static const char *replace(const char *name, char from, char to, char *text, size_t size)
{
	char *at;

	snprintf(text, size, "%s", name);
	while ((at = strchr(text, from)))
		*at = to;
	return text;
}

static void assert_as_specified(const struct conf_option *option,
				const struct spec_attribute *spec, size_t n, size_t attr)
{
	char name[48];

	assert_in_range(attr, 1, n - 1);
	spec = &spec[attr];
	assert_string_equal(replace(option->name, ' ', '-', name, sizeof(name)), spec->name);
	assert_string_equal(type_of(option->kind), spec->type);
	assert_int_equal(!option->read_only, spec->settable);
	if (spec->words)
		assert_ptr_equal(option->words, spec->words);
}

static void every_option_is_in_the_specification(void **state)
{
	const struct conf_option *option;
	size_t i;

	(void)state;
	for (option = conf_options; option->name; option++) {
		assert_true(option->service || option->backend);
		for (i = 0; i < N_OBJECTS; i++)
			if (conf_attr(option, objects[i].object))
				assert_as_specified(option, objects[i].spec, objects[i].n,
						    conf_attr(option, objects[i].object));
	}
}

static void every_settable_attribute_is_an_option(void **state)
{
	size_t i, attr;

	(void)state;
	for (i = 0; i < N_OBJECTS; i++)
		for (attr = 1; attr < objects[i].n; attr++)
			if (objects[i].spec[attr].settable &&
			    !conf_by_attr(objects[i].object, attr))
				fail_msg("%s of the specification is not in conf_options[]",
					 objects[i].spec[attr].name);
}

/* Return the words that completion proposes behind the beginning of a command that adds
 * an object, with a newline before and behind each.
 */
static char *completion_of(const struct kind *kind, const char *begin)
{
	char text[80], *words;
	struct line line;
	size_t size;
	FILE *file = open_memstream(&words, &size);

	snprintf(text, sizeof(text), "%s add %s %s", kind->name, kind->key, begin);
	line_cut(&line, text);
	line.words[line.n++] = "";
	fputc('\n', file);
	complete_print(line.n, line.words, file);
	fclose(file);
	return words;
}

static char *help_of(const struct kind *kind)
{
	struct dsr_parsed parsed;
	char line[32], *text;
	size_t size;
	FILE *file = open_memstream(&text, &size);

	snprintf(line, sizeof(line), "%s add help", kind->name);
	assert_null(parse_error(line, &parsed));
	help_print(&parsed, file);
	fclose(file);
	return text;
}

static void assert_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("\"%s\" is not in: %s", part, text);
}

static void assert_in_help_and_completion(const struct kind *kind)
{
	char *help = help_of(kind), *words = completion_of(kind, "");
	char *unset = completion_of(kind, "unset"), part[48];
	const struct conf_option *option;

	for (option = conf_options; option->name; option++) {
		const char *name = option->part_of ? option->part_of : option->name;
		int length = strcspn(name, " ");

		if (!conf_attr(option, kind->object) || option->read_only)
			continue;
		snprintf(part, sizeof(part), "[ %.*s ", length, name);
		assert_has(help, part);
		snprintf(part, sizeof(part), "\n%.*s\n", length, name);
		assert_has(words, part);
		if (option->kind != FLAG)
			assert_has(unset, part);
	}
	free(help);
	free(words);
	free(unset);
}

static void every_option_is_in_help_and_completion(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < N_OBJECTS; i++)
		assert_in_help_and_completion(&objects[i]);
}

/* Return a value of an option: the last of its words, or its largest number. */
static const char *value_of(const struct conf_option *option, char *text, size_t size)
{
	const char *const *word = option->words;

	while (word && word[1])
		word++;
	snprintf(text, size, "%llu", (unsigned long long)option->max);
	return word ? *word : text;
}

/* Assert that a command shows a part of the object that has the option. */
static void assert_output(const struct kind *kind, const char *option, const char *command,
			  bool json, const char *part)
{
	struct screen screen;
	char line[120];

	snprintf(line, sizeof(line), "%s add %s %s", kind->name, kind->key, option);
	fake_reply(kind->reply(kind->cmd, line));
	fake_reply(reply_stats(NULL));
	screen_open(&screen);
	screen.ctl.json = json;
	assert_int_equal(screen_run(&screen, command), 0);
	assert_has(screen_text(&screen), part);
	screen_close(&screen);
	fake_reset();
}

static void assert_shown(const struct kind *kind, const char *option, bool json, const char *part)
{
	char show[80];

	snprintf(show, sizeof(show), "%s show %s", kind->name, kind->key);
	assert_output(kind, option, show, json, part);
}

/* Send the option with a value, as a reply, and assert that its value is shown and saved. */
static void assert_comes_back(const struct kind *kind, const struct conf_option *option)
{
	const char *second = conf_second_word(option);
	char text[24], line[80], key[48], json[96];
	bool bare = conf_is_number(option) || second;
	const char *value = value_of(option, text, sizeof(text));

	snprintf(line, sizeof(line), "%s %s", option->name, value);
	snprintf(json, sizeof(json), "\"%s\":%s%s%s",
		 replace(second ? second : option->name, '-', '_', key, sizeof(key)),
		 bare ? "" : "\"", value, bare ? "" : "\"");
	if (!option->with) {
		assert_shown(kind, line, true, json);
		assert_output(kind, line, "save", false, line);
	}
	if (option->column) {
		assert_shown(kind, line, false, option->column);
		assert_shown(kind, line, false, value);
	} else {
		assert_shown(kind, line, false, second ? strstr(line, second) : line);
	}
}

static void every_value_is_written_read_and_shown(void **state)
{
	const struct conf_option *option;
	size_t i;
	int n = 0;

	(void)state;
	for (i = 0; i < N_OBJECTS; i++) {
		for (option = conf_options; option->name; option++) {
			if (!conf_attr(option, objects[i].object) || option->read_only ||
			    option->part_of || option->syntax != CONF_VALUE ||
			    option->kind == FLAG || (!option->words && !option->max))
				continue;
			assert_comes_back(&objects[i], option);
			n++;
		}
	}
	assert_true(n >= 39);
}

int main(void)
{
	struct CMUnitTest tests[] = {
		cmocka_unit_test(every_option_is_in_the_specification),
		cmocka_unit_test(every_settable_attribute_is_an_option),
		cmocka_unit_test(every_option_is_in_help_and_completion),
		cmocka_unit_test(every_value_is_written_read_and_shown),
	};

	fake_reset_after(tests, sizeof(tests) / sizeof(*tests));
	return cmocka_run_group_tests_name("conf", tests, NULL, NULL);
}
