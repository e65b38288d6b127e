// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The findings of doctor. As text, each has a line with its severity and id, its sentence,
 * and the command that cures it. No line has more than 80 columns, but for long words.
 */
#include <ctype.h>
#include <string.h>

#include "doctor.h"

#define WIDTH 80

static const char *const severities[] = { "fault", "warning", "note", NULL };

const struct out_column *const print_finding_columns[] = { NULL };

/* Write the command with what makes it act on the network namespace. */
static const char *whole_cure(const struct doctor_finding *finding, const char *netns,
			      char *text, size_t size)
{
	char word[DOCTOR_WORD];

	if (!netns || finding->host_wide)
		snprintf(text, size, "%s", finding->cure);
	else
		snprintf(text, size, "ip netns exec %s %s",
			 doctor_word(netns, word, sizeof(word)), finding->cure);
	return text;
}

void print_finding(struct out *out, const struct doctor_finding *finding, const char *netns)
{
	char cure[sizeof(finding->cure) + DOCTOR_WORD + 20];

	out_begin(out);
	out_string(out, "severity", severities[finding->severity]);
	out_string(out, "id", finding->id);
	out_string(out, "about", finding->about);
	out_string(out, "text", finding->text);
	out_string(out, "cure", whole_cure(finding, netns, cure, sizeof(cure)));
	out_end(out);
}

/* Print a word without what could control a terminal. */
static void print_word(FILE *file, const char *word, size_t length)
{
	size_t i;

	for (i = 0; i < length; i++)
		fputc(iscntrl((unsigned char)word[i]) ? '?' : word[i], file);
}

/* Print text in lines. first is at the beginning of the first line, next at that of all
 * others, and behind at the end of all but the last.
 */
static void print_wrapped(FILE *file, const char *text, const char *first, const char *next,
			  const char *behind)
{
	size_t column = strlen(first), length;
	bool begun = false;

	fputs(first, file);
	while (*text) {
		length = strcspn(text, " ");
		if (begun && column + 1 + length + strlen(behind) > WIDTH) {
			fprintf(file, "%s\n%s", behind, next);
			column = strlen(next);
			begun = false;
		}
		if (begun)
			fputc(' ', file);
		print_word(file, text, length);
		column += begun + length;
		begun = true;
		text += length;
		text += strspn(text, " ");
	}
	fputc('\n', file);
}

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

void print_findings(FILE *file, const struct list *findings, const char *netns)
{
	char cure[sizeof(((struct doctor_finding *)0)->cure) + DOCTOR_WORD + 20];
	size_t counts[DOCTOR_NOTE + 1] = { 0 }, i;

	for (i = 0; i < findings->n; i++) {
		const struct doctor_finding *finding = list_at(findings, i);

		counts[finding->severity]++;
		fprintf(file, "%s %s\n", severities[finding->severity], finding->id);
		print_wrapped(file, finding->text, "    ", "    ", "");
		print_wrapped(file, whole_cure(finding, netns, cure, sizeof(cure)), "    cure: ",
			      "        ", " \\");
	}
	fprintf(file, "%zu fault%s, %zu warning%s, %zu note%s\n", counts[DOCTOR_FAULT],
		plural(counts[DOCTOR_FAULT]), counts[DOCTOR_WARNING],
		plural(counts[DOCTOR_WARNING]), counts[DOCTOR_NOTE], plural(counts[DOCTOR_NOTE]));
}
