// SPDX-License-Identifier: GPL-2.0
/*
 * The file ip_vs_conn in /proc/net: the flows, in the format of IPVS. IPVS lets every user
 * read it; here only root may, because it walks the flow table and names clients.
 *
 * A reader takes some flows at a time, so that it holds the table for a short time only,
 * whatever the size of the table. IPVS has connections of TCP, UDP and SCTP, and templates
 * of persistence; other flows are left out.
 */
#include <linux/proc_fs.h>

#include "ipvs.h"

/* Number of flows that are taken at a time. */
#define DSR_IPVS_CONNS	64

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
 * @p: the namespace
 * @cursor: position in the flow table, behind @conns
 * @first: number of the first of @conns
 * @nr: number of @conns
 * @end: there are no flows behind @conns
 * @conns: flows that have been taken and not been shown yet
 */
struct dsr_ipvs_conn_iter {
	struct seq_net_private p;
	struct dsr_flow_cursor cursor;
	loff_t first;
	unsigned int nr;
	bool end;
	struct dsr_ipvs_conn conns[DSR_IPVS_CONNS];
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
	if (iter->nr == DSR_IPVS_CONNS)
		return -ENOSPC;
	conn = &iter->conns[iter->nr++];
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

/* Take the next flows. Return: 0 or -EINTR. */
static int dsr_ipvs_conn_fill(struct dsr_flow_table *ft, struct dsr_ipvs_conn_iter *iter)
{
	int err;

	iter->first += iter->nr;
	iter->nr = 0;
	do {
		if (mutex_lock_killable(&ft->walk))
			return -EINTR;
		err = dsr_flow_for_each(ft, &iter->cursor, dsr_ipvs_conn_take, iter);
		mutex_unlock(&ft->walk);
	} while (err > 0);
	iter->end = !err;
	return 0;
}

static void dsr_ipvs_conn_rewind(struct dsr_ipvs_conn_iter *iter)
{
	iter->cursor = (struct dsr_flow_cursor) {};
	iter->first = 0;
	iter->nr = 0;
	iter->end = false;
}

/* Return flow number @at, or NULL or an ERR_PTR. */
static void *dsr_ipvs_conn_at(struct seq_file *seq, loff_t at)
{
	struct dsr_ipvs_net *ipvs = dsr_ipvs_net(seq_file_net(seq));
	struct dsr_ipvs_conn_iter *iter = seq->private;

	if (at < iter->first)
		dsr_ipvs_conn_rewind(iter);
	while (at >= iter->first + iter->nr) {
		if (iter->end)
			return NULL;
		if (dsr_ipvs_conn_fill(&ipvs->dn->flows, iter))
			return ERR_PTR(-EINTR);
	}
	return &iter->conns[at - iter->first];
}

static void *dsr_ipvs_conn_start(struct seq_file *seq, loff_t *pos)
{
	if (*pos)
		return dsr_ipvs_conn_at(seq, *pos - 1);
	dsr_ipvs_conn_rewind(seq->private);
	return SEQ_START_TOKEN;
}

static void *dsr_ipvs_conn_next(struct seq_file *seq, void *v, loff_t *pos)
{
	++*pos;
	return dsr_ipvs_conn_at(seq, *pos - 1);
}

static void dsr_ipvs_conn_stop(struct seq_file *seq, void *v)
{
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

static const struct seq_operations dsr_ipvs_conn_seq_ops = {
	.start	= dsr_ipvs_conn_start,
	.next	= dsr_ipvs_conn_next,
	.stop	= dsr_ipvs_conn_stop,
	.show	= dsr_ipvs_conn_show,
};

int dsr_ipvs_proc_conn_init(struct net *net)
{
	return proc_create_net("ip_vs_conn", 0440, net->proc_net, &dsr_ipvs_conn_seq_ops,
			       sizeof(struct dsr_ipvs_conn_iter)) ? 0 : -ENOMEM;
}

void dsr_ipvs_proc_conn_exit(struct net *net)
{
	remove_proc_entry("ip_vs_conn", net->proc_net);
}
