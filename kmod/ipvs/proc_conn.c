// SPDX-License-Identifier: GPL-2.0
/*
 * The file ip_vs_conn in /proc/net: the flows, in the format of IPVS. IPVS lets every user
 * read it; here only root may, because it walks the flow table and names clients.
 *
 * A reader takes some flows at a time, see window.h. IPVS has connections of TCP, UDP and
 * SCTP, and templates of persistence; other flows are left out.
 */
#include <linux/proc_fs.h>

#include "ipvs.h"
#include "window.h"

/**
 * struct dsr_ipvs_conn - a flow, in words
 * @tuple: its identity
 * @daddr: address of the server
 * @dfamily: family of @daddr
 * @dport: port of the server
 * @state: its state, see struct dsr_flow
 * @expires: seconds until it expires
 */
struct dsr_ipvs_conn {
	struct dsr_tuple tuple;
	union nf_inet_addr daddr;
	u8 dfamily;
	u16 dport;
	u8 state;
	u32 expires;
};

/**
 * struct dsr_ipvs_conn_iter - position of a reader
 * @window: which flows have been taken
 * @cursor: position in the flow table, behind @conns
 * @conns: these flows
 */
struct dsr_ipvs_conn_iter {
	struct dsr_ipvs_window window;
	struct dsr_flow_cursor cursor;
	struct dsr_ipvs_conn conns[DSR_IPVS_WINDOW];
};

static bool dsr_ipvs_conn_is_shown(const struct dsr_tuple *tuple)
{
	return tuple->persist || tuple->proto == IPPROTO_TCP ||
	       tuple->proto == IPPROTO_UDP || tuple->proto == IPPROTO_SCTP;
}

/* Context: under the lock of the flow's stripe, so its backend and service stay. */
static int dsr_ipvs_conn_take(const struct dsr_flow_entry *entry, void *arg)
{
	const struct dsr_backend *backend = entry->flow.backend;
	struct dsr_ipvs_conn_iter *iter = arg;
	struct dsr_ipvs_conn *conn;
	u32 idle = dsr_flow_idle(&entry->flow), timeout = dsr_flow_timeout(&entry->flow);

	if (!dsr_ipvs_conn_is_shown(&entry->tuple) || idle >= timeout)
		return 0;
	if (iter->window.nr == DSR_IPVS_WINDOW)
		return -ENOSPC;
	conn = &iter->conns[iter->window.nr++];
	dsr_flow_tuple(entry, &conn->tuple);
	if (entry->tuple.persist && dsr_key_mark(&backend->svc->key))
		conn->tuple.dst.ip = htonl(dsr_key_mark(&backend->svc->key));
	conn->daddr = backend->key.addr;
	conn->dfamily = backend->key.family;
	conn->dport = backend->svc->key.port ?: ntohs(conn->tuple.dport);
	conn->state = entry->flow.state;
	conn->expires = timeout - idle;
	return 0;
}

static int dsr_ipvs_conn_fill(struct seq_file *seq)
{
	struct dsr_flow_table *ft = &dsr_ipvs_net(seq_file_net(seq))->dn->flows;
	struct dsr_ipvs_conn_iter *iter = seq->private;
	int err;

	do {
		if (mutex_lock_killable(&ft->walk))
			return -EINTR;
		err = dsr_flow_for_each(ft, &iter->cursor, dsr_ipvs_conn_take, iter);
		mutex_unlock(&ft->walk);
	} while (err > 0);
	iter->window.end = !err;
	return 0;
}

static void dsr_ipvs_conn_rewind(struct dsr_ipvs_window *window)
{
	struct dsr_ipvs_conn_iter *iter =
		container_of(window, struct dsr_ipvs_conn_iter, window);

	iter->cursor = (struct dsr_flow_cursor) {};
}

static const char *dsr_ipvs_conn_proto(const struct dsr_tuple *tuple)
{
	switch (tuple->proto) {
	case IPPROTO_TCP:
		return "TCP";
	case IPPROTO_UDP:
		return "UDP";
	case IPPROTO_SCTP:
		return "SCTP";
	default:
		return "IP";
	}
}

/* A template of a service with a mark has the mark in place of the VIP, as in IPVS. */
static int dsr_ipvs_conn_show(struct seq_file *seq, void *v)
{
	const struct dsr_ipvs_conn *conn = v;
	const struct dsr_tuple *t;

	if (v == SEQ_START_TOKEN) {
		seq_puts(seq, "Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Expires PEName PEData\n");
		return 0;
	}
	t = &conn->tuple;
	if (t->family == AF_INET6)
		seq_printf(seq, "%-3s %pI6 %04X %pI6 %04X ", dsr_ipvs_conn_proto(t),
			   &t->src.in6, ntohs(t->sport), &t->dst.in6, ntohs(t->dport));
	else
		seq_printf(seq, "%-3s %08X %04X %08X %04X ", dsr_ipvs_conn_proto(t),
			   ntohl(t->src.ip), ntohs(t->sport), ntohl(t->dst.ip),
			   ntohs(t->dport));
	if (conn->dfamily == AF_INET6)
		seq_printf(seq, "%pI6", &conn->daddr.in6);
	else
		seq_printf(seq, "%08X", ntohl(conn->daddr.ip));
	seq_printf(seq, " %04X %-11s %7u\n", conn->dport, dsr_ipvs_state(conn->state),
		   conn->expires);
	return 0;
}

static const struct dsr_ipvs_file dsr_ipvs_conn_file = {
	.seq = {
		.start	= dsr_ipvs_window_start,
		.next	= dsr_ipvs_window_next,
		.stop	= dsr_ipvs_window_stop,
		.show	= dsr_ipvs_conn_show,
	},
	.records	= offsetof(struct dsr_ipvs_conn_iter, conns),
	.size		= sizeof(struct dsr_ipvs_conn),
	.rewind		= dsr_ipvs_conn_rewind,
	.fill		= dsr_ipvs_conn_fill,
};

int dsr_ipvs_proc_conn_init(struct net *net)
{
	return proc_create_net_data("ip_vs_conn", 0440, net->proc_net,
				    &dsr_ipvs_conn_file.seq,
				    sizeof(struct dsr_ipvs_conn_iter),
				    (void *)&dsr_ipvs_conn_file) ? 0 : -ENOMEM;
}

void dsr_ipvs_proc_conn_exit(struct net *net)
{
	remove_proc_entry("ip_vs_conn", net->proc_net);
}
