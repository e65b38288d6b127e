// SPDX-License-Identifier: GPL-2.0
/* Files that are read through a window, see window.h. */
#include <linux/fs.h>
#include <linux/proc_fs.h>
#include <linux/sched/signal.h>

#include "window.h"

static const struct dsr_ipvs_file *dsr_ipvs_window_file(const struct seq_file *seq)
{
	return pde_data(file_inode(seq->file));
}

static void dsr_ipvs_window_rewind(struct seq_file *seq)
{
	struct dsr_ipvs_window *window = seq->private;

	window->first = 0;
	window->nr = 0;
	window->end = false;
	dsr_ipvs_window_file(seq)->rewind(window);
}

/* Move the window on. Return: 0 or -EINTR. */
static int dsr_ipvs_window_move(struct seq_file *seq)
{
	struct dsr_ipvs_window *window = seq->private;

	window->first += window->nr;
	window->nr = 0;
	cond_resched();
	if (fatal_signal_pending(current))
		return -EINTR;
	return dsr_ipvs_window_file(seq)->fill(seq);
}

/* Return record number @at, or NULL or an ERR_PTR. */
static void *dsr_ipvs_window_at(struct seq_file *seq, loff_t at)
{
	const struct dsr_ipvs_file *file = dsr_ipvs_window_file(seq);
	struct dsr_ipvs_window *window = seq->private;
	int err;

	if (at < window->first)
		dsr_ipvs_window_rewind(seq);
	while (at >= window->first + window->nr) {
		if (window->end)
			return NULL;
		err = dsr_ipvs_window_move(seq);
		if (err)
			return ERR_PTR(err);
	}
	return seq->private + file->records + (at - window->first) * file->size;
}

void *dsr_ipvs_window_start(struct seq_file *seq, loff_t *pos)
{
	if (*pos)
		return dsr_ipvs_window_at(seq, *pos - 1);
	dsr_ipvs_window_rewind(seq);
	return SEQ_START_TOKEN;
}

void *dsr_ipvs_window_next(struct seq_file *seq, void *v, loff_t *pos)
{
	++*pos;
	return dsr_ipvs_window_at(seq, *pos - 1);
}

void dsr_ipvs_window_stop(struct seq_file *seq, void *v)
{
}
