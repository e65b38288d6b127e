/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The import of other programs' configurations. An importer reads lines and makes services of
 * them; each line that it reads becomes one of four things, so that none is lost:
 *
 *   blank         nothing stands there, or a comment
 *   translated    the configuration does exactly what the line says
 *   approximated  it does something similar, which a note explains
 *   refused       it does not, and a note says what to do instead
 *
 * A line that takes part in several statements becomes the worst of what they become. A line
 * that no importer has touched counts as refused.
 */
#ifndef DSRCTL_IMPORT_H
#define DSRCTL_IMPORT_H

#include "config.h"

enum import_class {
	IMPORT_UNREAD,
	IMPORT_BLANK,
	IMPORT_TRANSLATED,
	IMPORT_APPROXIMATED,
	IMPORT_REFUSED,
	IMPORT_CLASSES,
};

struct import_line {
	const char *file;
	unsigned int number;
	char *text;
	enum import_class class;
	size_t n_notes;
	size_t last_note;		/* its index, if there is one */
};

struct import_backend {
	struct dsr_addr addr;
	struct dsr_conf conf;
	char name[DSR_TEXT];		/* empty: none */
	__u64 weight;			/* may be larger than ours can be */
	size_t line;
};

struct node;
struct lvs_scheduler;

struct import_service {
	struct dsr_key key;
	struct dsr_conf conf;
	char name[DSR_TEXT];		/* empty: none; it need not be valid, nor unique */
	char pool[DSR_TEXT];		/* services with this name have the same backends, or "" */
	size_t line;
	const struct node *node;	/* the lines of the service, or NULL if it is only one */
	struct list backends;		/* of struct import_backend */
	size_t refused;			/* backends that cannot be translated */
	const struct lvs_scheduler *scheduler;	/* of IPVS */
};

struct import {
	/* What the command line says. */
	const char *config_id;		/* of keepalived; NULL: that of this machine */
	const struct dsr_addr *backends;	/* of a file that names none */
	int n_backends;

	struct list files;		/* names, char * */
	struct list lines;		/* struct import_line */
	struct list notes;
	struct list services;		/* struct import_service * */
	struct node *tree;		/* of the statements, or NULL */
};

void import_init(struct import *in);
void import_free(struct import *in);

/* import_input.c: the lines, and what becomes of them. */

/* Add the lines of a file, "-" for standard input, behind those that there are. Return 0, or -1
 * with err filled. Lines that are empty are blank; the others are unread.
 */
int import_read(struct import *in, const char *path, struct dsr_error *err);
struct import_line *import_line(const struct import *in, size_t line);

/* Say what becomes of a line, unless something worse becomes of it. */
void import_mark(struct import *in, size_t line, enum import_class class);
/* The same, with a note about it. */
void import_approximated(struct import *in, size_t line, const char *format, ...)
	__printf(3, 4);
void import_refused(struct import *in, size_t line, const char *format, ...)
	__printf(3, 4);
void import_note(struct import *in, size_t line, enum import_class class, const char *text);

extern const char import_no_checks[];	/* why a health check is refused */

/* import_report.c */

struct import_counts {
	size_t lines;
	size_t of[IMPORT_CLASSES];
};

/* Refuse the lines that nobody has read, and count all. */
struct import_counts import_count(struct import *in);
/* Print the notes in the order of their lines, and the counts. */
void import_print(struct import *in, const struct import_counts *counts,
		  const struct config *config, bool json, FILE *file);

/* import_target.c: the services that become of the lines. */

/* Add a service, or report why its match is wrong, or there already, and return NULL. */
struct import_service *import_service(struct import *in, const char *protocol, const char *vip,
				      size_t line);
/* Find the service that a line names. Report if there is none. */
struct import_service *import_find(struct import *in, const char *protocol, const char *vip,
				   size_t line);
struct import_service *import_service_at(const struct import *in, size_t i);
/* Add a backend, or report why it is wrong and return NULL. It may move with the next one. */
struct import_backend *import_backend(struct import *in, struct import_service *service,
				      const char *address, size_t line);
struct import_backend *import_backend_at(const struct import_service *service, size_t i);

/* Set an option by its keyword, as in commands. A value that is wrong is reported. */
void import_set(struct import *in, struct import_service *service, const char *keyword,
		const char *value, size_t line);
void import_set_second(struct import *in, struct import_service *service, const char *keyword,
		       const char *second, const char *value, size_t line);
void import_set_backend(struct import *in, struct import_backend *backend, const char *keyword,
			const char *value, size_t line);

/* Make the configuration of all services. It is valid, whatever was imported. */
void import_finish(struct import *in, struct config *config);

/* The importers. Each reads a file, with those that it includes, and adds services. Return 0, or
 * -1 with err filled if the file cannot be read.
 */
typedef int (*import_fn)(struct import *in, const char *path, struct dsr_error *err);

int import_ipvs(struct import *in, const char *path, struct dsr_error *err);
int import_keepalived(struct import *in, const char *path, struct dsr_error *err);
int import_f5(struct import *in, const char *path, struct dsr_error *err);
int import_ace(struct import *in, const char *path, struct dsr_error *err);
int import_dsr_conf(struct import *in, const char *path, struct dsr_error *err);

/* Import a file, and write the configuration. */
int import_run(struct import *in, import_fn importer, const char *path, struct config *config,
	       struct dsr_error *err);

#endif
