// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a change would mean for new and for remembered flows. The kernel makes the change up
 * to the point where packets would see it, tells what is different then, and takes it back.
 */
#include "commit.h"
#include "dsrctl.h"
#include "print.h"

int preview_commit(struct dsrctl *ctl, struct commit *commit, struct dsr_error *err)
{
	struct list backends = LIST_OF(struct dsr_preview_backend);
	struct list previews = LIST_OF(struct dsr_preview);
	int ret;

	ret = commit_preview(commit, ctl, &previews, &backends, err);
	if (!ret)
		print_previews(ctl, &previews, &backends);
	list_free(&previews);
	list_free(&backends);
	return ret;
}

int preview_words(struct dsrctl *ctl, int n, const char *const *words, struct dsr_error *err)
{
	struct dsr_parsed parsed;
	struct commit *commit;
	int ret;

	if (grammar_parse(n, words, &parsed, err))
		return -1;
	if (parsed.help) {
		help_print(&parsed, ctl->file);
		return 0;
	}
	error_warn(err, ctl->json, ctl->warnings);
	if (!ctl->nl && dsr_nl_open(&ctl->nl, err))
		return -1;
	commit = commit_new();
	ret = commit_add(commit, &parsed, err);
	if (!ret)
		ret = preview_commit(ctl, commit, err);
	commit_free(commit);
	return ret;
}
