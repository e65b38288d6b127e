/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The words of IPVS, and what they mean in nf_dsr. Pure.
 *
 * Words to an object: the functions whose names end in _read. They return 0, or the
 * negative errno that IPVS would return, or that its tools understand, with a sentence in
 * @why.
 *
 * An object to words: dsr_ipvs_service_write() and dsr_ipvs_dest_write(). IPVS has no words
 * for much of what an object can be. The nearest are written then, the same ones each time:
 *
 * | object | words |
 * |---|---|
 * | protocol any, of a VIP | TCP, port 0 |
 * | a prefix of VIPs | its first address |
 * | a range of ports | its first port |
 * | any port | port 0 |
 * | a VRF, sources, a device | left out |
 * | maglev by the 5-tuple or by source and port | mh, mh-fallback and mh-port |
 * | maglev by source; by destination | mh, mh-fallback; dh |
 * | method l2; local | Route; Local |
 * | methods ipip, gre, gue; dscp | Tunnel of that type; Tunnel, ipip |
 * | a backend that drains or is down | weight 0 |
 * | priorities, slow start, no-backend and so on | left out |
 *
 * Several words may mean the same object: sh and mh, sed and wlc, a lower threshold of 0
 * and of its default. dsr_ipvs_service_holds() and dsr_ipvs_dest_holds() return true if
 * remembered words still mean what the object is, as far as IPVS has words for it.
 */
#ifndef _DSR_IPVS_WORDS_H
#define _DSR_IPVS_WORDS_H

#include <linux/ip_vs.h>

#include "../backend.h"

/**
 * struct dsr_ipvs_service - a service in the words of IPVS
 * @addr: VIP; the words behind an IPv4 address are 0
 * @family: AF_INET or AF_INET6
 * @proto: IPPROTO_*; with a mark, IPPROTO_TCP
 * @port: host byte order; 0: any
 * @mark: firewall mark; 0: the service has a VIP
 * @flags: IP_VS_SVC_F_*
 * @timeout: seconds of persistence
 * @mask: of persistence: an IPv4 netmask; or a prefix length, which is not in network byte
 *	order
 * @sched: name of the scheduler
 */
struct dsr_ipvs_service {
	union nf_inet_addr addr;
	u16 family;
	u16 proto;
	u16 port;
	u32 mark;
	u32 flags;
	u32 timeout;
	__be32 mask;
	char sched[IP_VS_SCHEDNAME_MAXLEN];
};

/**
 * struct dsr_ipvs_dest - a destination in the words of IPVS
 * @addr: address of the server; the words behind an IPv4 address are 0
 * @family: AF_INET or AF_INET6
 * @port: host byte order; DSR leaves the port of packets as it is
 * @fwd: IP_VS_CONN_F_MASQ and so on
 * @weight: share of new flows
 * @upper: number of flows at which the server gets no new ones; 0: no limit
 * @lower: number of flows below which it gets new ones again; 0: a default
 * @tun_type: IP_VS_CONN_F_TUNNEL_TYPE_*
 * @tun_port: port of GUE
 * @tun_flags: IP_VS_TUNNEL_ENCAP_FLAG_*
 */
struct dsr_ipvs_dest {
	union nf_inet_addr addr;
	u16 family;
	u16 port;
	u32 fwd;
	u32 weight;
	u32 upper;
	u32 lower;
	u8 tun_type;
	__be16 tun_port;
	u16 tun_flags;
};

/* Timeouts in seconds, as SET_CONFIG has them. */
struct dsr_ipvs_timeouts {
	u32 tcp;
	u32 tcp_fin;
	u32 udp;
};

/* What IPVS uses if they are never set. */
extern const struct dsr_ipvs_timeouts dsr_ipvs_timeouts_default;

/* Get the key of the service that these words identify. */
int dsr_ipvs_key_read(const struct dsr_ipvs_service *words,
		      struct dsr_service_key *key, const char **why);

/* Return true if the words identify the service, exactly or by its nearest words. */
bool dsr_ipvs_key_matches(const struct dsr_ipvs_service *words,
			  const struct dsr_service_key *key);

/* Get the scheduler's name and the policy that these words mean. Options that IPVS has no
 * words for keep their values in @policy.
 */
int dsr_ipvs_service_read(const struct dsr_ipvs_service *words,
			  struct dsr_policy *policy, const char **sched,
			  const char **why);

void dsr_ipvs_service_write(const struct dsr_service_key *key, const char *sched,
			    const struct dsr_policy *policy,
			    struct dsr_ipvs_service *words);

bool dsr_ipvs_service_holds(const struct dsr_ipvs_service *words,
			    const struct dsr_service_key *key, const char *sched,
			    const struct dsr_policy *policy);

/* Set the timeouts of a service. */
void dsr_ipvs_timeouts_read(const struct dsr_ipvs_timeouts *words,
			    struct dsr_timeouts *timeouts);

/* Get the conf that these words mean, for a backend of the service. @local: the address is
 * one of this machine, so IPVS delivers packets locally, whatever the words say. Options
 * that IPVS has no words for keep their values in @conf.
 */
int dsr_ipvs_dest_read(const struct dsr_ipvs_dest *words,
		       const struct dsr_service_key *key, bool local,
		       struct dsr_backend_conf *conf, const char **why);

/* Write the nearest words. @defaults are those of the service. */
void dsr_ipvs_dest_write(const struct dsr_service_key *key,
			 const struct dsr_fwd *defaults,
			 const struct dsr_backend_key *backend,
			 const struct dsr_backend_conf *conf,
			 struct dsr_ipvs_dest *words);

bool dsr_ipvs_dest_holds(const struct dsr_ipvs_dest *words,
			 const struct dsr_service_key *key,
			 const struct dsr_fwd *defaults,
			 const struct dsr_backend_key *backend,
			 const struct dsr_backend_conf *conf);

/* Return the name of the state of a flow in the list of connections. */
const char *dsr_ipvs_state(u8 state);

#endif /* _DSR_IPVS_WORDS_H */
