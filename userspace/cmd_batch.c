// SPDX-License-Identifier: GPL-2.0-or-later
/* A batch: the commands of a file, executed one by one or as one transaction. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "commit.h"
#include "dsrctl.h"
#include "print.h"

#define BLANKS " \t\r\n"

/* Read one word from the line and write it, without its quotes, to the place where it
 * began, so that it needs no memory of its own. Text between ' and ' stays as it is.
 * Elsewhere, also between " and ", a \ protects the next character. Return the rest of
 * the line, or NULL if a quote is not closed.
 */
static char *cut_word(char *line)
{
	char *end = line, quote = '\0';

	for (; *line && (quote || !strchr(BLANKS, *line)); line++) {
		if (*line == quote) {
			quote = '\0';
		} else if (!quote && (*line == '\'' || *line == '"')) {
			quote = *line;
		} else {
			if (*line == '\\' && quote != '\'' && line[1])
				line++;
			*end++ = *line;
		}
	}
	if (quote)
		return NULL;
	if (*line)
		line++;
	*end = '\0';
	return line;
}

int batch_split(char *line, const char **words, struct dsr_error *err)
{
	int n = 0;

	for (;;) {
		line += strspn(line, BLANKS);
		if (!*line || *line == '#')
			return n;
		if (n == BATCH_WORDS)
			return error_usage(err, "more than %d words in a line", BATCH_WORDS);
		words[n++] = line;
		line = cut_word(line);
		if (!line)
			return error_usage(err, "a quote is not closed in this line");
	}
}

static int run_line(struct dsrctl *ctl, char *line, struct dsr_error *err)
{
	const char *words[BATCH_WORDS];
	int n = batch_split(line, words, err);

	if (n < 0)
		return -1;
	return n ? dsrctl_run(ctl, n, words, err) : 0;
}

static int run_file(struct dsrctl *ctl, FILE *file, struct dsr_error *err)
{
	char *line = NULL;
	size_t size = 0;
	int ret = 0;

	while (!ret && getline(&line, &size, file) >= 0) {
		err->line++;
		ret = run_line(ctl, line, err);
	}
	if (!ret && ferror(file))
		ret = error_usage(err, "%s", strerror(errno));
	free(line);
	return ret;
}

static void print_answer(const struct dsrctl *ctl, const struct dsr_commit *outcome)
{
	struct out *out;

	if (!ctl->json)
		return;
	out = dsrctl_out(ctl, print_commit_columns, 0);
	print_commit(out, outcome, NULL);
	out_close(out);
}

/* Read all lines before the first of them takes effect. */
static int run_file_at_once(struct dsrctl *ctl, FILE *file, struct dsr_error *err)
{
	struct dsr_commit outcome;
	int ret;

	ctl->commit = commit_new();
	ret = run_file(ctl, file, err);
	if (!ret)
		ret = commit_send(ctl->commit, ctl, &outcome, err);
	if (!ret)
		print_answer(ctl, &outcome);
	commit_free(ctl->commit);
	ctl->commit = NULL;
	return ret;
}

int batch_run(struct dsrctl *ctl, const char *path, struct dsr_error *err)
{
	bool is_stdin = !strcmp(path, "-");
	FILE *file = is_stdin ? stdin : fopen(path, "re");
	int ret;

	if (!file)
		return error_usage(err, "%s: %s", path, strerror(errno));
	err->file = path;
	err->line = 0;
	ret = ctl->atomic ? run_file_at_once(ctl, file, err) : run_file(ctl, file, err);
	if (!is_stdin)
		fclose(file);
	return ret;
}
