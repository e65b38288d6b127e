/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Files in /proc/net that are read through a window: a reader takes some records at a time,
 * under the lock of what they are about, and formats them without it. So it holds the lock
 * for a short time only, whatever the size of the file, and also if it asks for the end of
 * the file, which seq_file reaches by going through all records.
 */
#ifndef _DSR_IPVS_WINDOW_H
#define _DSR_IPVS_WINDOW_H

#include <linux/seq_file.h>
#include <linux/seq_file_net.h>

/* Number of records that are taken at a time. */
#define DSR_IPVS_WINDOW	64

/**
 * struct dsr_ipvs_window - position of a reader; begins the reader's own struct
 * @p: the namespace
 * @first: number of the first record in the window
 * @nr: number of records in the window
 * @end: there are no records behind the window
 */
struct dsr_ipvs_window {
	struct seq_net_private p;
	loff_t first;
	unsigned int nr;
	bool end;
};

/**
 * struct dsr_ipvs_file - such a file; the data of its entry in /proc
 * @seq: has dsr_ipvs_window_start(), _next() and _stop()
 * @records: offset of the records in the reader's struct, DSR_IPVS_WINDOW of them
 * @size: size of a record
 * @rewind: go back to the beginning
 * @fill: take the next records, and set @nr and @end. Return: 0 or -EINTR
 */
struct dsr_ipvs_file {
	const struct seq_operations seq;
	size_t records;
	size_t size;
	void (*rewind)(struct dsr_ipvs_window *window);
	int (*fill)(struct seq_file *seq);
};

/* The first thing to show is SEQ_START_TOKEN, for the title, then come the records. */
void *dsr_ipvs_window_start(struct seq_file *seq, loff_t *pos);
void *dsr_ipvs_window_next(struct seq_file *seq, void *v, loff_t *pos);
void dsr_ipvs_window_stop(struct seq_file *seq, void *v);

#endif /* _DSR_IPVS_WINDOW_H */
