// SPDX-License-Identifier: GPL-2.0
/*
 * The files ip_vs, ip_vs_stats and ip_vs_stats_percpu in /proc/net, in the format of IPVS.
 * As in IPVS, every user may read them.
 */
#include <linux/proc_fs.h>

#include "ipvs.h"
#include "window.h"

/*
 * ip_vs: services and their destinations, in the order of their keys. A reader takes some
 * lines at a time, see window.h, and remembers the keys of the last one. So it finds the
 * next one without a walk, whatever has changed in between.
 */

/**
 * struct dsr_ipvs_line - a line of the file
 * @is_service: it shows a service, in the words @service
 * @service: words of the service
 * @dest: words of the destination
 * @conns: flows of the destination
 */
struct dsr_ipvs_line {
	bool is_service;
	union {
		struct dsr_ipvs_service service;
		struct {
			struct dsr_ipvs_dest dest;
			struct dsr_ipvs_conns conns;
		};
	};
};

/**
 * struct dsr_ipvs_line_iter - position of a reader
 * @window: which lines have been taken
 * @svc: service of the last line; 0 before the first one
 * @backend: backend of the last line; 0 if that shows the service
 * @lines: these lines
 */
struct dsr_ipvs_line_iter {
	struct dsr_ipvs_window window;
	struct dsr_service_key svc;
	struct dsr_backend_key backend;
	struct dsr_ipvs_line lines[DSR_IPVS_WINDOW];
};

static void dsr_ipvs_line_service(struct dsr_ipvs_line_iter *iter,
				  const struct dsr_service *svc,
				  struct dsr_ipvs_line *line)
{
	iter->svc = svc->key;
	iter->backend = (struct dsr_backend_key) {};
	line->is_service = true;
	dsr_ipvs_svc_words(svc, &line->service);
}

static void dsr_ipvs_line_backend(struct dsr_ipvs_line_iter *iter,
				  const struct dsr_backend *backend,
				  struct dsr_ipvs_line *line)
{
	iter->backend = backend->key;
	line->is_service = false;
	dsr_ipvs_backend_words(backend, &line->dest);
	dsr_ipvs_backend_conns(backend, &line->conns);
}

/* Take the next line. Return false if there is none. Context: under dsr_net.lock. */
static bool dsr_ipvs_line_take(struct dsr_net *dn, struct dsr_ipvs_line_iter *iter,
			       struct dsr_ipvs_line *line)
{
	struct dsr_service *svc = dsr_service_lookup(dn, &iter->svc);
	struct dsr_backend *backend;

	backend = svc ? dsr_backend_lookup_next(svc, &iter->backend) : NULL;
	if (backend) {
		dsr_ipvs_line_backend(iter, backend, line);
		return true;
	}
	svc = dsr_service_lookup_next(dn, &iter->svc);
	if (!svc)
		return false;
	dsr_ipvs_line_service(iter, svc, line);
	return true;
}

static int dsr_ipvs_line_fill(struct seq_file *seq)
{
	struct dsr_ipvs_net *ipvs = dsr_ipvs_net(seq_file_net(seq));
	struct dsr_ipvs_line_iter *iter = seq->private;
	struct dsr_ipvs_window *window = &iter->window;
	int err = -EINTR;

	if (mutex_lock_killable(&ipvs->reading))
		return err;
	if (!mutex_lock_killable(&ipvs->dn->lock)) {
		while (window->nr < DSR_IPVS_WINDOW &&
		       dsr_ipvs_line_take(ipvs->dn, iter, &iter->lines[window->nr]))
			window->nr++;
		window->end = window->nr < DSR_IPVS_WINDOW;
		mutex_unlock(&ipvs->dn->lock);
		err = 0;
	}
	mutex_unlock(&ipvs->reading);
	return err;
}

static void dsr_ipvs_line_rewind(struct dsr_ipvs_window *window)
{
	struct dsr_ipvs_line_iter *iter =
		container_of(window, struct dsr_ipvs_line_iter, window);

	iter->svc = (struct dsr_service_key) {};
	iter->backend = (struct dsr_backend_key) {};
}

static void dsr_ipvs_show_head(struct seq_file *seq, struct dsr_ipvs_net *ipvs)
{
	seq_printf(seq, "IP Virtual Server version %d.%d.%d (size=%u)\n",
		   NVERSION(IP_VS_VERSION_CODE), dsr_flow_nr_buckets(&ipvs->dn->flows));
	seq_puts(seq, "Prot LocalAddress:Port Scheduler Flags\n");
	seq_puts(seq,
		 "  -> RemoteAddress:Port Forward Weight ActiveConn InActConn\n");
}

static const char *dsr_ipvs_proto_name(u8 proto)
{
	return proto == IPPROTO_UDP ? "UDP" : proto == IPPROTO_SCTP ? "SCTP" : "TCP";
}

static void dsr_ipvs_show_service(struct seq_file *seq,
				  const struct dsr_ipvs_service *words)
{
	const char *ops = words->flags & IP_VS_SVC_F_ONEPACKET ? "ops " : "";

	if (words->mark)
		seq_printf(seq, "FWM  %08X %s %s", words->mark, words->sched, ops);
	else if (words->family == AF_INET6)
		seq_printf(seq, "%s  [%pI6]:%04X %s ", dsr_ipvs_proto_name(words->proto),
			   &words->addr.in6, words->port, words->sched);
	else
		seq_printf(seq, "%s  %08X:%04X %s %s", dsr_ipvs_proto_name(words->proto),
			   ntohl(words->addr.ip), words->port, words->sched, ops);
	/* IPVS shows jiffies, for whatever reason. */
	if (words->flags & IP_VS_SVC_F_PERSISTENT)
		seq_printf(seq, "persistent %d %08X\n", words->timeout * HZ,
			   ntohl(words->mask));
	else
		seq_putc(seq, '\n');
}

static const char *dsr_ipvs_fwd_name(u32 fwd)
{
	switch (fwd) {
	case IP_VS_CONN_F_LOCALNODE:
		return "Local";
	case IP_VS_CONN_F_TUNNEL:
		return "Tunnel";
	case IP_VS_CONN_F_DROUTE:
		return "Route";
	default:
		return "Masq";
	}
}

static void dsr_ipvs_show_dest(struct seq_file *seq, const struct dsr_ipvs_dest *words,
			       const struct dsr_ipvs_conns *conns)
{
	if (words->family == AF_INET6)
		seq_printf(seq, "  -> [%pI6]:%04X", &words->addr.in6, words->port);
	else
		seq_printf(seq, "  -> %08X:%04X", ntohl(words->addr.ip), words->port);
	seq_printf(seq, "      %-7s %-6d %-10d %-10d\n", dsr_ipvs_fwd_name(words->fwd),
		   words->weight, conns->active, conns->inactive);
}

static int dsr_ipvs_line_show(struct seq_file *seq, void *v)
{
	const struct dsr_ipvs_line *line = v;

	if (v == SEQ_START_TOKEN)
		dsr_ipvs_show_head(seq, dsr_ipvs_net(seq_file_net(seq)));
	else if (line->is_service)
		dsr_ipvs_show_service(seq, &line->service);
	else
		dsr_ipvs_show_dest(seq, &line->dest, &line->conns);
	return 0;
}

static const struct dsr_ipvs_file dsr_ipvs_line_file = {
	.seq = {
		.start	= dsr_ipvs_window_start,
		.next	= dsr_ipvs_window_next,
		.stop	= dsr_ipvs_window_stop,
		.show	= dsr_ipvs_line_show,
	},
	.records	= offsetof(struct dsr_ipvs_line_iter, lines),
	.size		= sizeof(struct dsr_ipvs_line),
	.rewind		= dsr_ipvs_line_rewind,
	.fill		= dsr_ipvs_line_fill,
};

/*
 * ip_vs_stats and ip_vs_stats_percpu: counters of the whole namespace, as of the latest
 * round of the estimator.
 */

static void dsr_ipvs_show_counts(struct seq_file *seq,
				 const struct dsr_ipvs_counts *counts)
{
	seq_printf(seq, "%8llX %8llX %8llX %16llX %16llX\n", counts->conns,
		   counts->packets, 0ULL, counts->bytes, 0ULL);
}

static int dsr_ipvs_stats_show(struct seq_file *seq, void *v)
{
	struct dsr_ipvs_net *ipvs = dsr_ipvs_net(seq_file_single_net(seq));
	struct dsr_ipvs_stats stats;

	if (dsr_ipvs_totals_wait(ipvs))
		return -EINTR;
	spin_lock(&ipvs->totals.lock);
	dsr_ipvs_totals_stats(&ipvs->totals, &stats);
	spin_unlock(&ipvs->totals.lock);
	seq_puts(seq,
		 "   Total Incoming Outgoing         Incoming         Outgoing\n");
	seq_puts(seq,
		 "   Conns  Packets  Packets            Bytes            Bytes\n");
	dsr_ipvs_show_counts(seq, &stats.counts);
	seq_puts(seq,
		 "\n Conns/s   Pkts/s   Pkts/s          Bytes/s          Bytes/s\n");
	dsr_ipvs_show_counts(seq, &stats.rates);
	return 0;
}

/* The lines of CPUs and of their sum are of the same round. */
static int dsr_ipvs_percpu_show(struct seq_file *seq, void *v)
{
	struct dsr_ipvs_net *ipvs = dsr_ipvs_net(seq_file_single_net(seq));
	struct dsr_ipvs_stats stats;
	int cpu;

	if (dsr_ipvs_totals_wait(ipvs))
		return -EINTR;
	seq_puts(seq,
		 "       Total Incoming Outgoing         Incoming         Outgoing\n");
	seq_puts(seq,
		 "CPU    Conns  Packets  Packets            Bytes            Bytes\n");
	spin_lock(&ipvs->totals.lock);
	for_each_possible_cpu(cpu) {
		seq_printf(seq, "%3X ", cpu);
		dsr_ipvs_show_counts(seq, &ipvs->totals.by_cpu[cpu]);
	}
	dsr_ipvs_totals_stats(&ipvs->totals, &stats);
	spin_unlock(&ipvs->totals.lock);
	seq_puts(seq, "  ~ ");
	dsr_ipvs_show_counts(seq, &stats.counts);
	seq_puts(seq,
		 "\n     Conns/s   Pkts/s   Pkts/s          Bytes/s          Bytes/s\n");
	seq_puts(seq, "    ");
	dsr_ipvs_show_counts(seq, &stats.rates);
	return 0;
}

void dsr_ipvs_proc_exit(struct net *net)
{
	remove_proc_entry("ip_vs_stats_percpu", net->proc_net);
	remove_proc_entry("ip_vs_stats", net->proc_net);
	remove_proc_entry("ip_vs", net->proc_net);
}

int dsr_ipvs_proc_init(struct net *net)
{
	if (!proc_create_net_data("ip_vs", 0, net->proc_net, &dsr_ipvs_line_file.seq,
				  sizeof(struct dsr_ipvs_line_iter),
				  (void *)&dsr_ipvs_line_file))
		return -ENOMEM;
	if (!proc_create_net_single("ip_vs_stats", 0, net->proc_net,
				    dsr_ipvs_stats_show, NULL))
		goto err_list;
	if (!proc_create_net_single("ip_vs_stats_percpu", 0, net->proc_net,
				    dsr_ipvs_percpu_show, NULL))
		goto err_stats;
	return 0;

err_stats:
	remove_proc_entry("ip_vs_stats", net->proc_net);
err_list:
	remove_proc_entry("ip_vs", net->proc_net);
	return -ENOMEM;
}
