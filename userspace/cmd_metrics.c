// SPDX-License-Identifier: GPL-2.0-or-later
/* The command metrics: everything that can be counted or measured, for Prometheus. */
#include "dsrctl.h"
#include "file.h"
#include "metrics.h"

int cmd_metrics(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err)
{
	struct snapshot snapshot = SNAPSHOT;
	struct file_output output;
	int ret;

	ret = snapshot_read(ctl, &snapshot, err);
	if (!ret) {
		metrics_write(file_output_open(&output), &snapshot);
		ret = file_output_close(&output, args->output, ctl->file, err);
	}
	snapshot_free(&snapshot);
	return ret;
}
