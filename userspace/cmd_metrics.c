// SPDX-License-Identifier: GPL-2.0-or-later
/* The command metrics: everything that can be counted or measured, for Prometheus. */
#include "dsrctl.h"
#include "file.h"
#include "metrics.h"

int cmd_metrics(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err)
{
	struct text text = { 0 };
	struct metrics metrics = { .text = &text, .program = "dsrctl" };
	struct snapshot snapshot = SNAPSHOT;
	struct file_output output;
	int ret;

	if (ctl->names)
		names_refresh(ctl->names);
	ret = snapshot_read(ctl->nl, ctl->names, &snapshot, err);
	if (!ret) {
		metrics_write(&metrics, &snapshot);
		metrics_end(&metrics);
		fwrite(text.bytes, 1, text.n, file_output_open(&output));
		ret = file_output_close(&output, args->output, ctl->file, err);
	}
	snapshot_free(&snapshot);
	text_free(&text);
	return ret;
}
