// SPDX-License-Identifier: GPL-2.0-or-later
/* dsrctl: parse the global options, then run one command or a batch. */
#include <errno.h>
#include <getopt.h>
#include <stdint.h>
#include <string.h>

#include "dsrctl.h"
#include "names.h"
#include "netns.h"
#include "rates.h"

#define OPTIONS 24

struct options {
	const char *netns;
	const char *batch;
	const char *generation;
	const char *interval;
	const char *count;
	bool version;
	bool help;
};

/* Convert the grammar's table of options to the form of getopt_long(). */
static void make_getopt(char *letters, struct option *longs)
{
	const struct dsr_option *option;

	*letters++ = '+';	/* no options after the object */
	*letters++ = ':';
	for (option = grammar_options; option->name; option++, longs++) {
		*letters++ = option->letter;
		if (option->form)
			*letters++ = ':';
		*longs = (struct option){ option->name, option->form ? required_argument : 0,
					  NULL, option->letter };
	}
	*letters = '\0';
	*longs = (struct option){ 0 };
}

static int set_option(int letter, struct dsrctl *ctl, struct options *options)
{
	switch (letter) {
	case 'j':
		ctl->json = true;
		return 0;
	case 'p':
		ctl->pretty = true;
		return 0;
	case 's':
		ctl->stats = true;
		return 0;
	case 'i':
		options->interval = optarg;
		return 0;
	case 'c':
		options->count = optarg;
		return 0;
	case 't':
	case 'T':
		ctl->stamped = true;
		ctl->stamp = letter == 't' ? CLOCK_LONG : CLOCK_SHORT;
		return 0;
	case 'w':
		ctl->wide = true;
		return 0;
	case 'n':
		options->netns = optarg;
		return 0;
	case 'b':
		options->batch = optarg;
		return 0;
	case 'a':
		ctl->atomic = true;
		return 0;
	case 'g':
		options->generation = optarg;
		return 0;
	case 'V':
		options->version = true;
		return 0;
	case 'h':
		options->help = true;
		return 0;
	default:
		return -1;
	}
}

/* Check the options about transactions. */
static int check_options(struct dsrctl *ctl, const struct options *options,
			 struct dsr_error *err)
{
	__u64 number;

	if (ctl->atomic && !options->batch)
		return error_usage(err, "--atomic needs a batch: expected --batch FILE, too");
	if (!options->generation)
		return 0;
	if (!ctl->atomic)
		return error_usage(err, "--generation needs a transaction: expected --atomic, too");
	if (grammar_number("generation", options->generation, 1, UINT32_MAX, &number, err))
		return -1;
	ctl->generation = number;
	return 0;
}

/* Check the options about intervals. */
static int check_interval(struct dsrctl *ctl, const struct options *options,
			  struct dsr_error *err)
{
	__u64 number;

	if (options->interval && rates_parse_interval(options->interval, &ctl->interval, err))
		return -1;
	if (options->count) {
		if (grammar_number("count", options->count, 1, UINT32_MAX, &number, err))
			return -1;
		ctl->count = number;
	}
	return 0;
}

/* Parse the next option. As in iproute2, -ts is an option and not -t and -s. */
static int next_option(int argc, char **argv, const char *letters, const struct option *longs)
{
	if (optind < argc && !strcmp(argv[optind], "-ts"))
		argv[optind] = (char *)"--tshort";
	return getopt_long(argc, argv, letters, longs, NULL);
}

static int parse_options(int argc, char **argv, struct dsrctl *ctl, struct options *options,
			 struct dsr_error *err)
{
	struct option longs[OPTIONS];
	char letters[2 * OPTIONS + 3];
	int letter;

	make_getopt(letters, longs);
	while ((letter = next_option(argc, argv, letters, longs)) != -1) {
		if (letter == ':')
			return error_usage(err, "\"%s\" needs a value: see \"dsrctl help\"",
					   argv[optind - 1]);
		if (set_option(letter, ctl, options))
			return error_usage(err, "\"%s\" is not an option: see \"dsrctl help\"",
					   argv[optind - 1]);
	}
	if (options->batch && optind < argc)
		return error_usage(err, "\"%s\": expected no command besides the batch",
				   argv[optind]);
	return check_options(ctl, options, err) ?: check_interval(ctl, options, err);
}

static int run(int argc, char **argv, struct dsrctl *ctl, struct dsr_error *err)
{
	static const char *const help[] = { "help" };
	struct options options = { 0 };

	if (argc > 1 && !strcmp(argv[1], "--complete")) {
		complete_print(argc - 2, (const char *const *)argv + 2, ctl->file);
		return 0;
	}
	if (parse_options(argc, argv, ctl, &options, err))
		return -1;
	if (options.version) {
		fputs("dsrctl " DSRCTL_VERSION "\n", ctl->file);
		return 0;
	}
	if (options.help)
		return dsrctl_run(ctl, 1, help, err);
	if (options.netns && netns_enter(options.netns, err))
		return -1;
	ctl->entered = options.netns;
	ctl->netns = options.netns ? options.netns : netns_own();
	ctl->names = names_new(ctl->netns);
	if (options.batch)
		return batch_run(ctl, options.batch, err);
	return dsrctl_run(ctl, argc - optind, (const char *const *)argv + optind, err);
}

int main(int argc, char **argv)
{
	struct dsrctl ctl = { .file = stdout, .warnings = stderr };
	struct dsr_error err = { 0 };
	int ret;

	ret = run(argc, argv, &ctl, &err);
	dsr_nl_close(ctl.nl);
	names_free(ctl.names);
	if ((fflush(stdout) || ferror(stdout)) && !ret)
		ret = error_usage(&err, "standard output: %s", strerror(errno));
	if (!ret)
		return ctl.status;
	error_print(&err, ctl.json, stderr);
	return err.status;
}
