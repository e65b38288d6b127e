// SPDX-License-Identifier: GPL-2.0-or-later
/* The help texts, from the tables of the grammar. */
#include "grammar.h"

static void print_value(const struct dsr_value *value, FILE *file)
{
	const char *separator = " ";
	int i;

	for (i = 0; value->choices && value->choices[i]; i++) {
		fprintf(file, "%s%s", separator, value->choices[i]);
		separator = "|";
	}
	if (value->form)
		fprintf(file, "%s%s", separator, value->form);
}

static void print_keywords(const struct dsr_command *command, FILE *file)
{
	const struct dsr_keyword *keyword;
	int i, n;

	for (n = 0; (keyword = grammar_keyword_at(command, n)); n++) {
		fprintf(file, "\n        [ %s", keyword->name);
		for (i = 0; i < grammar_n_values(keyword); i++)
			print_value(&keyword->values[i], file);
		fprintf(file, " ]%s", keyword->repeatable ? "..." : "");
	}
}

/* Print the operands. PROTOCOL and VIP go together, so an optional pair has one
 * bracket.
 */
static void print_operands(const struct dsr_command *command, FILE *file)
{
	int i, open = 0;

	for (i = 0; i < command->max_operands; i++) {
		if (i >= command->min_operands && i != 1) {
			fputs(" [", file);
			open++;
		}
		fprintf(file, " %s", grammar_operand(command, i)->name);
	}
	while (open--)
		fputs(" ]", file);
}

static void print_command(const struct dsr_object *object, const struct dsr_command *command,
			  FILE *file)
{
	fprintf(file, "    dsrctl %s%s%s", object->name, command->name ? " " : "",
		command->name ? command->name : "");
	print_operands(command, file);
	print_keywords(command, file);
	fprintf(file, "\n        %s\n", command->help);
}

/* Print the forms of the operands. All commands of an object that have operands have
 * the same ones.
 */
static void print_forms(const struct dsr_command *command, FILE *file)
{
	const struct dsr_operand *operand;

	for (operand = grammar_operand(command, 0); operand->name; operand++)
		fprintf(file, "%-10s %s\n", operand->name, operand->form);
}

static void print_object(const struct dsr_object *object, FILE *file)
{
	const struct dsr_command *command;

	for (command = object->commands; command->run; command++)
		print_command(object, command, file);
}

static void print_all(FILE *file)
{
	const struct dsr_object *object;
	const struct dsr_option *option;
	char name[32];

	fputs("Usage: dsrctl [OPTIONS] OBJECT [COMMAND] ...\n\nOPTIONS\n", file);
	for (option = grammar_options; option->name; option++) {
		snprintf(name, sizeof(name), "--%s%s%s", option->name, option->form ? " " : "",
			 option->form ? option->form : "");
		fprintf(file, "    -%c, %-19s %s\n", option->letter, name, option->help);
	}
	fputs("\nOBJECT\n", file);
	for (object = grammar_objects; object->name; object++)
		fprintf(file, "    %-8s %s\n", object->name, object->help);
	fputs("\nSee \"dsrctl OBJECT help\" for the commands of an object.\n", file);
}

void help_print(const struct dsr_parsed *parsed, FILE *file)
{
	if (!parsed->object) {
		print_all(file);
		return;
	}
	fputs("Usage:\n", file);
	if (parsed->command)
		print_command(parsed->object, parsed->command, file);
	else
		print_object(parsed->object, file);
	fputc('\n', file);
	print_forms(parsed->object->commands, file);
}
