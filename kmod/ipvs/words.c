// SPDX-License-Identifier: GPL-2.0
/*
 * The words of IPVS, see words.h. First services, then destinations, then flows.
 */
#include <linux/inetdevice.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "words.h"

#define DSR_IPVS_FALLBACK	IP_VS_SVC_F_SCHED_SH_FALLBACK
#define DSR_IPVS_PORT		IP_VS_SVC_F_SCHED_SH_PORT

const struct dsr_ipvs_timeouts dsr_ipvs_timeouts_default = {
	.tcp		= 15 * 60,
	.tcp_fin	= 2 * 60,
	.udp		= 5 * 60,
};

static int dsr_ipvs_refuse(int err, const char **why, const char *text)
{
	*why = text;
	return err;
}

/**
 * struct dsr_ipvs_sched - a scheduler of IPVS
 * @word: its name
 * @sched: nf_dsr's scheduler; NULL: there is no equal
 * @hash: fields of a packet that the consistent hash uses
 * @by_flags: the flag for the port selects the hash by source and port
 * @why: text of the refusal
 */
struct dsr_ipvs_sched {
	const char *word;
	const char *sched;
	u8 hash;
	bool by_flags;
	const char *why;
};

/* IPVS's names for sh's flags are those of mh's, too. Their fallback is how the consistent
 * hash works: a server without weight has no slots.
 */
static const struct dsr_ipvs_sched dsr_ipvs_scheds[] = {
	{ "rr", "rr" },
	{ "wrr", "wrr" },
	{ "lc", "lc" },
	{ "wlc", "wlc" },
	{ "nq", "nq" },
	{ "fo", "fo" },
	{ "ovf", "ovf" },
	/* wlc counts the new flow as well, which is all that distinguishes sed in IPVS */
	{ "sed", "wlc" },
	{ "mh", "maglev", NF_DSR_HASH_SOURCE, .by_flags = true },
	{ "sh", "maglev", NF_DSR_HASH_SOURCE, .by_flags = true },
	{ "dh", "maglev", NF_DSR_HASH_DESTINATION },
	{ "lblc", .why = "scheduler lblc has no equal: use mh or wlc" },
	{ "lblcr", .why = "scheduler lblcr has no equal: use mh or wlc" },
	{ "twos", .why = "scheduler twos has no equal: use wlc" },
	{ "none", .why = "a service needs a scheduler" },
};

static const struct dsr_ipvs_sched *dsr_ipvs_sched_lookup(const char *word)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(dsr_ipvs_scheds); i++) {
		if (!strcmp(dsr_ipvs_scheds[i].word, word))
			return &dsr_ipvs_scheds[i];
	}
	return NULL;
}

static int dsr_ipvs_mark_read(const struct dsr_ipvs_service *words,
			      struct dsr_service_key *key)
{
	key->addr.all[0] = words->mark;
	key->prefix_len = DSR_PREFIX_MARK;
	key->port_end = U16_MAX;
	return 0;
}

int dsr_ipvs_key_read(const struct dsr_ipvs_service *words,
		      struct dsr_service_key *key, const char **why)
{
	memset(key, 0, sizeof(*key));
	key->family = words->family;
	if (words->mark)
		return dsr_ipvs_mark_read(words, key);
	if (words->proto != IPPROTO_TCP && words->proto != IPPROTO_UDP &&
	    words->proto != IPPROTO_SCTP)
		return dsr_ipvs_refuse(-EPROTONOSUPPORT, why,
				       "protocol must be TCP, UDP or SCTP");
	if (!dsr_addr_is_unicast(words->family, &words->addr) ||
	    (words->family == AF_INET6 && ipv6_addr_v4mapped(&words->addr.in6)))
		return dsr_ipvs_refuse(-EINVAL, why,
				       "VIP must be unicast, neither loopback nor link-local");
	key->addr = words->addr;
	key->prefix_len = words->family == AF_INET ? 32 : 128;
	key->proto = words->proto;
	key->port = words->port;
	key->port_end = words->port ?: U16_MAX;
	return 0;
}

/* Write the words that identify a service. */
static void dsr_ipvs_key_write(const struct dsr_service_key *key,
			       struct dsr_ipvs_service *words)
{
	words->family = key->family;
	words->mark = dsr_key_mark(key);
	words->proto = IPPROTO_TCP;
	if (words->mark)
		return;
	words->addr = key->addr;
	words->proto = key->proto ?: IPPROTO_TCP;
	words->port = key->port;
}

bool dsr_ipvs_key_matches(const struct dsr_ipvs_service *words,
			  const struct dsr_service_key *key)
{
	struct dsr_ipvs_service nearest = {};

	dsr_ipvs_key_write(key, &nearest);
	return nearest.family == words->family && nearest.mark == words->mark &&
	       (words->mark ||
		(nearest.proto == words->proto && nearest.port == words->port &&
		 dsr_addr_eq(&nearest.addr, &words->addr)));
}

/* Get the length of the prefix that persistence applies to. */
static int dsr_ipvs_mask_read(const struct dsr_ipvs_service *words,
			      struct dsr_policy *policy, const char **why)
{
	u32 len = (__force u32)words->mask;

	if (words->family == AF_INET6) {
		if (len < 1 || len > 128)
			return dsr_ipvs_refuse(-EINVAL, why,
					       "prefix of persistence must be 1 to 128");
		policy->persist_prefix6 = len;
		return 0;
	}
	len = inet_mask_len(words->mask);
	if (!len || inet_make_mask(len) != words->mask)
		return dsr_ipvs_refuse(-EINVAL, why,
				       "netmask of persistence must be one like 255.255.255.0");
	policy->persist_prefix4 = len;
	return 0;
}

/* A timeout of 0 seconds is one in IPVS, where a template expires at once. */
static int dsr_ipvs_persist_read(const struct dsr_ipvs_service *words,
				 struct dsr_policy *policy, const char **why)
{
	policy->persist = 0;
	policy->persist_prefix4 = 32;
	policy->persist_prefix6 = 128;
	if (words->flags & IP_VS_SVC_F_PERSISTENT) {
		policy->persist = clamp(words->timeout, 1u, (u32)NF_DSR_TIMEOUT_MAX);
		return dsr_ipvs_mask_read(words, policy, why);
	}
	if (!words->port && !words->mark)
		return dsr_ipvs_refuse(-EINVAL, why,
				       "port 0, any port, is only for persistent services");
	return 0;
}

int dsr_ipvs_service_read(const struct dsr_ipvs_service *words,
			  struct dsr_policy *policy, const char **sched,
			  const char **why)
{
	const struct dsr_ipvs_sched *s = dsr_ipvs_sched_lookup(words->sched);

	if (!s)
		return dsr_ipvs_refuse(-ENOENT, why, "no such scheduler");
	if (!s->sched)
		return dsr_ipvs_refuse(-ENOENT, why, s->why);
	*sched = s->sched;
	policy->hash = s->by_flags && words->flags & DSR_IPVS_PORT ?
		       NF_DSR_HASH_SOURCE_PORT : s->hash;
	policy->one_packet = !!(words->flags & IP_VS_SVC_F_ONEPACKET);
	policy->no_backend = NF_DSR_NO_BACKEND_REJECT;
	return dsr_ipvs_persist_read(words, policy, why);
}

static void dsr_ipvs_sched_write(const char *sched, const struct dsr_policy *policy,
				 struct dsr_ipvs_service *words)
{
	const char *word = sched;

	if (!strcmp(sched, "maglev")) {
		word = policy->hash == NF_DSR_HASH_DESTINATION ? "dh" : "mh";
		if (policy->hash != NF_DSR_HASH_DESTINATION)
			words->flags |= DSR_IPVS_FALLBACK;
		if (policy->hash == NF_DSR_HASH_5_TUPLE ||
		    policy->hash == NF_DSR_HASH_SOURCE_PORT)
			words->flags |= DSR_IPVS_PORT;
	}
	strscpy(words->sched, word, sizeof(words->sched));
}

void dsr_ipvs_service_write(const struct dsr_service_key *key, const char *sched,
			    const struct dsr_policy *policy,
			    struct dsr_ipvs_service *words)
{
	memset(words, 0, sizeof(*words));
	dsr_ipvs_key_write(key, words);
	dsr_ipvs_sched_write(sched, policy, words);
	words->timeout = policy->persist;
	if (policy->persist)
		words->flags |= IP_VS_SVC_F_PERSISTENT;
	if (policy->one_packet)
		words->flags |= IP_VS_SVC_F_ONEPACKET;
	words->mask = key->family == AF_INET ?
		      inet_make_mask(policy->persist_prefix4) :
		      (__force __be32)(u32)policy->persist_prefix6;
}

bool dsr_ipvs_service_holds(const struct dsr_ipvs_service *words,
			    const struct dsr_service_key *key, const char *sched,
			    const struct dsr_policy *policy)
{
	struct dsr_ipvs_service is, meant;
	struct dsr_policy read = *policy;
	const char *other, *why;

	if (dsr_ipvs_service_read(words, &read, &other, &why))
		return false;
	dsr_ipvs_service_write(key, sched, policy, &is);
	dsr_ipvs_service_write(key, other, &read, &meant);
	return !memcmp(&is, &meant, sizeof(is));
}

static u32 dsr_ipvs_timeout(u32 seconds)
{
	return clamp(seconds, 1u, (u32)NF_DSR_TIMEOUT_MAX);
}

/* IPVS has a table of its own for SCTP, which no command changes; its longest timeout is
 * that of TCP.
 */
void dsr_ipvs_timeouts_read(const struct dsr_ipvs_timeouts *words,
			    struct dsr_timeouts *timeouts)
{
	timeouts->seconds[NF_DSR_FLOW_STATE_ESTABLISHED] = dsr_ipvs_timeout(words->tcp);
	timeouts->seconds[NF_DSR_FLOW_STATE_CLOSING] = dsr_ipvs_timeout(words->tcp_fin);
	timeouts->seconds[NF_DSR_FLOW_STATE_UDP] = dsr_ipvs_timeout(words->udp);
	timeouts->seconds[NF_DSR_FLOW_STATE_OTHER] = dsr_ipvs_timeout(words->tcp);
}

/*
 * Destinations.
 */

static void dsr_ipvs_fwd_set(struct dsr_fwd *fwd, u8 method)
{
	fwd->method = method;
	fwd->set |= DSR_FWD_METHOD;
}

static int dsr_ipvs_gue_read(const struct dsr_ipvs_dest *words, struct dsr_fwd *fwd,
			     const char **why)
{
	if (!words->tun_port)
		return dsr_ipvs_refuse(-EINVAL, why, "a gue tunnel needs a port");
	fwd->outer_port = words->tun_port;
	fwd->set |= DSR_FWD_OUTER_PORT;
	return 0;
}

/* IPVS copies the TTL of the packet to the outer header. */
static int dsr_ipvs_tunnel_read(const struct dsr_ipvs_dest *words, struct dsr_fwd *fwd,
				const char **why)
{
	static const u8 methods[IP_VS_CONN_F_TUNNEL_TYPE_MAX] = {
		[IP_VS_CONN_F_TUNNEL_TYPE_IPIP] = NF_DSR_METHOD_IPIP,
		[IP_VS_CONN_F_TUNNEL_TYPE_GUE] = NF_DSR_METHOD_GUE,
		[IP_VS_CONN_F_TUNNEL_TYPE_GRE] = NF_DSR_METHOD_GRE,
	};
	bool is_gue = words->tun_type == IP_VS_CONN_F_TUNNEL_TYPE_GUE;

	if (words->tun_type >= IP_VS_CONN_F_TUNNEL_TYPE_MAX)
		return dsr_ipvs_refuse(-EINVAL, why, "no such type of tunnel");
	if (words->tun_flags & ~IP_VS_TUNNEL_ENCAP_FLAG_CSUM)
		return dsr_ipvs_refuse(-EOPNOTSUPP, why,
				       "there is no remote checksum offload (remcsum): use csum");
	dsr_ipvs_fwd_set(fwd, methods[words->tun_type]);
	fwd->set |= DSR_FWD_OUTER_TTL;
	if (words->tun_type == IP_VS_CONN_F_TUNNEL_TYPE_IPIP)
		return 0;
	fwd->outer_checksum = words->tun_flags & IP_VS_TUNNEL_ENCAP_FLAG_CSUM ?
			      NF_DSR_OUTER_CHECKSUM_ON : NF_DSR_OUTER_CHECKSUM_OFF;
	fwd->set |= DSR_FWD_OUTER_CHECKSUM;
	return is_gue ? dsr_ipvs_gue_read(words, fwd, why) : 0;
}

/* Get the forwarding method. The options that IPVS has words for are unset first. */
static int dsr_ipvs_fwd_read(const struct dsr_ipvs_dest *words, bool local,
			     struct dsr_fwd *fwd, const char **why)
{
	fwd->set &= ~(DSR_FWD_METHOD | DSR_FWD_OUTER_TTL | DSR_FWD_OUTER_PORT |
		      DSR_FWD_OUTER_CHECKSUM);
	fwd->method = 0;
	fwd->outer_ttl = 0;
	fwd->outer_port = 0;
	fwd->outer_checksum = 0;
	if (words->fwd == IP_VS_CONN_F_BYPASS)
		return dsr_ipvs_refuse(-EOPNOTSUPP, why, "there is no cache bypass");
	if (words->fwd == IP_VS_CONN_F_LOCALNODE || local) {
		dsr_ipvs_fwd_set(fwd, NF_DSR_METHOD_LOCAL);
		return 0;
	}
	switch (words->fwd) {
	case IP_VS_CONN_F_DROUTE:
		dsr_ipvs_fwd_set(fwd, NF_DSR_METHOD_L2);
		return 0;
	case IP_VS_CONN_F_TUNNEL:
		return dsr_ipvs_tunnel_read(words, fwd, why);
	default:
		return dsr_ipvs_refuse(-EOPNOTSUPP, why,
				       "no masquerading: give the server the VIP, and use DR or TUN (-g, -i)");
	}
}

static int dsr_ipvs_limits_read(const struct dsr_ipvs_dest *words,
				struct dsr_backend_conf *conf, const char **why)
{
	if (words->weight > NF_DSR_WEIGHT_MAX)
		return dsr_ipvs_refuse(-ERANGE, why, "weight must be 0 to 65535");
	if (words->lower > words->upper)
		return dsr_ipvs_refuse(-ERANGE, why,
				       "the lower threshold is higher than the upper one");
	if (words->upper > INT_MAX)
		return dsr_ipvs_refuse(-EINVAL, why,
				       "a threshold must be 0 to 2147483647");
	conf->weight = words->weight;
	conf->max_flows = words->upper;
	conf->min_flows = words->lower < words->upper ? words->lower :
							words->upper - !!words->upper;
	return 0;
}

int dsr_ipvs_dest_read(const struct dsr_ipvs_dest *words,
		       const struct dsr_service_key *key, bool local,
		       struct dsr_backend_conf *conf, const char **why)
{
	int err;

	if (words->family != key->family && words->fwd != IP_VS_CONN_F_TUNNEL)
		return dsr_ipvs_refuse(-EINVAL, why,
				       "a server of the other family needs a tunnel (-i)");
	if (words->fwd == IP_VS_CONN_F_MASQ && local && words->port != key->port)
		return dsr_ipvs_refuse(-EOPNOTSUPP, why,
				       "DSR leaves ports as they are: give the service's port");
	err = dsr_ipvs_limits_read(words, conf, why);
	return err ?: dsr_ipvs_fwd_read(words, local, &conf->fwd, why);
}

/* Write the words for the method of a backend, whose options are complete in @fwd. */
static void dsr_ipvs_fwd_write(const struct dsr_fwd *fwd, struct dsr_ipvs_dest *words)
{
	words->fwd = IP_VS_CONN_F_TUNNEL;
	words->tun_type = IP_VS_CONN_F_TUNNEL_TYPE_IPIP;
	switch ((enum nf_dsr_method)fwd->method) {
	case NF_DSR_METHOD_L2:
		words->fwd = IP_VS_CONN_F_DROUTE;
		return;
	case NF_DSR_METHOD_LOCAL:
		words->fwd = IP_VS_CONN_F_LOCALNODE;
		return;
	case NF_DSR_METHOD_IPIP:
	case NF_DSR_METHOD_DSCP:
		return;
	case NF_DSR_METHOD_GRE:
		words->tun_type = IP_VS_CONN_F_TUNNEL_TYPE_GRE;
		break;
	case NF_DSR_METHOD_GUE:
		words->tun_type = IP_VS_CONN_F_TUNNEL_TYPE_GUE;
		words->tun_port = fwd->outer_port;
		break;
	}
	if (fwd->outer_checksum == NF_DSR_OUTER_CHECKSUM_ON ||
	    (fwd->outer_checksum == NF_DSR_OUTER_CHECKSUM_AUTO &&
	     fwd->method == NF_DSR_METHOD_GUE))
		words->tun_flags = IP_VS_TUNNEL_ENCAP_FLAG_CSUM;
}

/* Return the options that apply to a backend, as far as IPVS has words for them. */
static struct dsr_fwd dsr_ipvs_fwd(const struct dsr_fwd *defaults,
				   const struct dsr_fwd *own)
{
	struct dsr_fwd fwd = *defaults;

	if (own->set & DSR_FWD_METHOD)
		fwd.method = own->method;
	if (own->set & DSR_FWD_OUTER_PORT)
		fwd.outer_port = own->outer_port;
	if (own->set & DSR_FWD_OUTER_CHECKSUM)
		fwd.outer_checksum = own->outer_checksum;
	return fwd;
}

void dsr_ipvs_dest_write(const struct dsr_service_key *key,
			 const struct dsr_fwd *defaults,
			 const struct dsr_backend_key *backend,
			 const struct dsr_backend_conf *conf,
			 struct dsr_ipvs_dest *words)
{
	struct dsr_fwd fwd = dsr_ipvs_fwd(defaults, &conf->fwd);

	memset(words, 0, sizeof(*words));
	words->addr = backend->addr;
	words->family = backend->family;
	words->port = key->port;
	words->weight = conf->weight;
	words->upper = min_t(u32, conf->max_flows, INT_MAX);
	words->lower = min(conf->min_flows, words->upper);
	dsr_ipvs_fwd_write(&fwd, words);
}

bool dsr_ipvs_dest_holds(const struct dsr_ipvs_dest *words,
			 const struct dsr_service_key *key,
			 const struct dsr_fwd *defaults,
			 const struct dsr_backend_key *backend,
			 const struct dsr_backend_conf *conf)
{
	const struct dsr_fwd fwd = dsr_ipvs_fwd(defaults, &conf->fwd);
	bool local = fwd.method == NF_DSR_METHOD_LOCAL;
	struct dsr_backend_conf read = *conf;
	struct dsr_ipvs_dest is, meant;
	const char *why;

	if (dsr_ipvs_dest_read(words, key, local, &read, &why))
		return false;
	dsr_ipvs_dest_write(key, defaults, backend, conf, &is);
	dsr_ipvs_dest_write(key, defaults, backend, &read, &meant);
	return !memcmp(&is, &meant, sizeof(is));
}

/*
 * Flows.
 */

/* IPVS tells templates apart by whether a connection of theirs was ever established; here it
 * is not known, and taken to be so.
 */
const char *dsr_ipvs_state(u8 state)
{
	const enum nf_dsr_flow_state shown = dsr_state_shown(state);

	switch (shown) {
	case NF_DSR_FLOW_STATE_SYN:
	case NF_DSR_FLOW_STATE_UNCONFIRMED:
		return "SYN_RECV";
	case NF_DSR_FLOW_STATE_ESTABLISHED:
	case NF_DSR_FLOW_STATE_OTHER:
		return "ESTABLISHED";
	case NF_DSR_FLOW_STATE_CLOSING:
		return "FIN_WAIT";
	case NF_DSR_FLOW_STATE_RESET:
		return "CLOSE";
	case NF_DSR_FLOW_STATE_UDP:
		return "UDP";
	case NF_DSR_FLOW_STATE_ICMP:
		return "NONE";
	case NF_DSR_FLOW_STATE_PERSIST:
		return "ASSURED";
	}
	return "NONE";
}
