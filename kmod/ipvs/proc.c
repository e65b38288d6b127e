// SPDX-License-Identifier: GPL-2.0
/*
 * The files ip_vs, ip_vs_stats and ip_vs_stats_percpu in /proc/net, in the format of IPVS.
 * As in IPVS, every user may read them.
 */
#include <linux/proc_fs.h>

#include "ipvs.h"

/*
 * ip_vs: services and their destinations. dsr_net.lock is held while a part of the file is
 * written, which has at least one service.
 */

static void *dsr_ipvs_seq_start(struct seq_file *seq, loff_t *pos)
{
	struct dsr_ipvs_net *ipvs = dsr_ipvs_net(seq_file_net(seq));

	if (mutex_lock_killable(&ipvs->dn->lock))
		return ERR_PTR(-EINTR);
	return seq_list_start_head(&ipvs->dn->services, *pos);
}

static void *dsr_ipvs_seq_next(struct seq_file *seq, void *v, loff_t *pos)
{
	return seq_list_next(v, &dsr_ipvs_net(seq_file_net(seq))->dn->services, pos);
}

static void dsr_ipvs_seq_stop(struct seq_file *seq, void *v)
{
	if (!IS_ERR(v))
		mutex_unlock(&dsr_ipvs_net(seq_file_net(seq))->dn->lock);
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

static void dsr_ipvs_show_backend(struct seq_file *seq, const struct dsr_backend *backend)
{
	struct dsr_ipvs_conns conns;
	struct dsr_ipvs_dest words;

	dsr_ipvs_backend_words(backend, &words);
	dsr_ipvs_backend_conns(backend, &conns);
	if (words.family == AF_INET6)
		seq_printf(seq, "  -> [%pI6]:%04X", &words.addr.in6, words.port);
	else
		seq_printf(seq, "  -> %08X:%04X", ntohl(words.addr.ip), words.port);
	seq_printf(seq, "      %-7s %-6d %-10d %-10d\n", dsr_ipvs_fwd_name(words.fwd),
		   words.weight, conns.active, conns.inactive);
}

static int dsr_ipvs_seq_show(struct seq_file *seq, void *v)
{
	struct dsr_ipvs_net *ipvs = dsr_ipvs_net(seq_file_net(seq));
	const struct dsr_backend *backend;
	struct dsr_ipvs_service words;
	struct dsr_service *svc;

	if (v == &ipvs->dn->services) {
		dsr_ipvs_show_head(seq, ipvs);
		return 0;
	}
	svc = list_entry(v, struct dsr_service, list);
	dsr_ipvs_svc_words(svc, &words);
	dsr_ipvs_show_service(seq, &words);
	list_for_each_entry(backend, &svc->backends, list) {
		/* The part will be written again, into a larger buffer. */
		if (seq_has_overflowed(seq))
			break;
		dsr_ipvs_show_backend(seq, backend);
		cond_resched();
	}
	return 0;
}

static const struct seq_operations dsr_ipvs_seq_ops = {
	.start	= dsr_ipvs_seq_start,
	.next	= dsr_ipvs_seq_next,
	.stop	= dsr_ipvs_seq_stop,
	.show	= dsr_ipvs_seq_show,
};

/*
 * ip_vs_stats and ip_vs_stats_percpu: counters of the whole namespace. To add them up may
 * take long, so no request waits for that: dsr_net.slow defers them.
 */

static int dsr_ipvs_lock_slow(struct dsr_net *dn)
{
	if (down_write_killable(&dn->slow))
		return -EINTR;
	mutex_lock(&dn->lock);
	return 0;
}

static void dsr_ipvs_unlock_slow(struct dsr_net *dn)
{
	mutex_unlock(&dn->lock);
	up_write(&dn->slow);
}

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

	if (dsr_ipvs_lock_slow(ipvs->dn))
		return -EINTR;
	dsr_ipvs_total_stats(ipvs, &stats);
	dsr_ipvs_unlock_slow(ipvs->dn);
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

static int dsr_ipvs_percpu_show(struct seq_file *seq, void *v)
{
	struct dsr_ipvs_net *ipvs = dsr_ipvs_net(seq_file_single_net(seq));
	struct dsr_ipvs_counts counts;
	struct dsr_ipvs_stats stats;
	int cpu;

	seq_puts(seq,
		 "       Total Incoming Outgoing         Incoming         Outgoing\n");
	seq_puts(seq,
		 "CPU    Conns  Packets  Packets            Bytes            Bytes\n");
	if (dsr_ipvs_lock_slow(ipvs->dn))
		return -EINTR;
	for_each_possible_cpu(cpu) {
		dsr_ipvs_total_cpu(ipvs, cpu, &counts);
		seq_printf(seq, "%3X ", cpu);
		dsr_ipvs_show_counts(seq, &counts);
	}
	dsr_ipvs_total_stats(ipvs, &stats);
	dsr_ipvs_unlock_slow(ipvs->dn);
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
	if (!proc_create_net("ip_vs", 0, net->proc_net, &dsr_ipvs_seq_ops,
			     sizeof(struct seq_net_private)))
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
