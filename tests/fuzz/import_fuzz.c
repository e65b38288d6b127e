// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Gives an importer, which the build names by IMPORTER, any file. Whatever is in it, each line is
 * accounted for, and the result is a file that "dsrctl check" accepts.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"
#include "import.h"
#include "yaml_file.h"

/* Write a configuration as a file, and read it again. */
static void check_result(const struct config *config)
{
	struct config again;
	struct report report;
	struct yaml_file yaml;
	size_t size;
	char *text;
	FILE *memory = open_memstream(&text, &size);

	config_write(config, memory);
	fclose(memory);
	report_init(&report, "result");
	config_init(&again);
	if (config_load(&again, &yaml, fuzz_file(text, size), &report)) {
		report_print(&report, false, stderr);
		abort();
	}
	if (again.services.n != config->services.n || again.backends.n != config->backends.n)
		abort();
	config_free(&again);
	yaml_file_free(&yaml);
	report_free(&report);
	free(text);
}

static void check_account(struct import *in, const struct config *config)
{
	struct import_counts counts = import_count(in);
	enum import_class class;
	size_t size, sum = 0;
	char *text;
	FILE *memory = open_memstream(&text, &size);

	for (class = IMPORT_BLANK; class < IMPORT_CLASSES; class++)
		sum += counts.of[class];
	if (sum != counts.lines || counts.lines != in->lines.n)
		abort();
	import_print(in, &counts, config, counts.lines & 1, memory);
	fclose(memory);
	free(text);
}

int LLVMFuzzerTestOneInput(const __u8 *data, size_t size)
{
	struct dsr_error err = { 0 };
	struct dsr_addr server;
	struct config config;
	struct import in;

	addr_parse("10.1.1.51", &server, &err);
	import_init(&in);
	in.config_id = "main";
	in.backends = &server;
	in.n_backends = 1;
	if (!import_run(&in, IMPORTER, fuzz_file(data, size), &config, &err)) {
		check_account(&in, &config);
		check_result(&config);
	}
	config_free(&config);
	import_free(&in);
	return 0;
}
