/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file in YAML 1.1 as a tree of nodes, read by libyaml. JSON is a part of YAML, so a file
 * may be JSON.
 *
 * What could make a file mean something else than it seems to, or grow when it is read, is
 * refused: aliases, anchors, tags, merge keys, several documents, and a key that a mapping
 * has twice. What a scalar means depends only on where it stands, so all scalars are text.
 */
#ifndef DSRCTL_YAML_FILE_H
#define DSRCTL_YAML_FILE_H

#include <yaml.h>

#include "report.h"

#define YAML_FILE_SIZE_MAX (16u << 20)
#define YAML_FILE_DEPTH_MAX 16

struct yaml_file {
	char *text;
	size_t size;
	yaml_document_t document;
	bool has_document;
};

/* Read a file, "-" for standard input. All errors go to the report. The caller frees the file
 * in any case, after it has printed the report, which quotes the text.
 */
void yaml_file_read(struct yaml_file *file, const char *path, struct report *report);
void yaml_file_free(struct yaml_file *file);
/* Free the nodes, which take many times the memory of the text. The text stays. */
void yaml_file_free_nodes(struct yaml_file *file);

/* Return the root, or NULL if the file has errors or is empty. */
yaml_node_t *yaml_file_root(struct yaml_file *file);
yaml_node_t *yaml_file_node(struct yaml_file *file, int index);

struct place yaml_place(const yaml_node_t *node);

/* Return the text of a scalar, or NULL for another node. A scalar has no NUL. */
const char *yaml_text(const yaml_node_t *node);
/* Return true for a value that was left out: "key:" and nothing behind it. */
bool yaml_is_empty(const yaml_node_t *node);

#endif
