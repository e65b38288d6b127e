/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dsrctl doctor: what on this machine breaks direct server return.
 *
 * doctor_rtnl.c, doctor_host.c and cmd_doctor.c gather facts and judge nothing. The
 * doctor_judge*.c files judge the facts and ask the kernel nothing, so that unit tests can
 * make up the facts. Each judgement adds findings. The id of a finding is stable.
 */
#ifndef DSRCTL_DOCTOR_H
#define DSRCTL_DOCTOR_H

#include "conf.h"
#include "error.h"
#include "list.h"
#include "model.h"
#include "out.h"

/* A name as a word of a shell command: any character may be quoted with three more. */
#define DOCTOR_WORD (4 * DSR_TEXT + 3)

enum doctor_severity {
	DOCTOR_FAULT,		/* packets or checks are lost now, or all of a service's */
	DOCTOR_WARNING,		/* a setting that probably does harm */
	DOCTOR_NOTE,		/* what does harm in some networks only */
};

struct doctor_finding {
	enum doctor_severity severity;
	char id[DSR_TEXT];
	char about[2 * ADDR_TEXT];	/* the object, for programs */
	char text[512];
	char cure[512];			/* a command; words in capitals are to be filled in */
	bool host_wide;			/* the cure is not about one network namespace */
	size_t more;			/* number of others with this cure, which are left out */
};

struct doctor_link {
	int ifindex;
	int master;			/* 0: none */
	char name[DSR_TEXT];
	char kind[DSR_TEXT];		/* as in "ip link add type KIND"; empty: hardware */
	__u32 mtu;
	bool up;
	bool carrier;
	bool loopback;
	bool ethernet;
	bool lro;
	__u8 rp_filter;			/* the setting in effect */
	bool accept_local;		/* the setting in effect */
	bool forwards[2];		/* the setting in effect for IPv4, IPv6 */
	struct dsr_addr local;		/* end points of a tunnel */
	struct dsr_addr remote;
};

/* An address of this machine, or a neighbour. */
struct doctor_addr {
	int ifindex;
	struct dsr_addr addr;
	__u8 len;			/* of the subnet */
	__u16 state;			/* NUD_*, of a neighbour */
};

/* How the kernel routes packets to an address. */
struct doctor_route {
	int error;			/* errno of the lookup, or 0: the rest is valid */
	__u8 type;			/* RTN_*; also set if the route refuses packets */
	int ifindex;
	struct dsr_addr gateway;
	struct dsr_addr src;
	struct dsr_prefix dst;		/* of the entry in the table; family 0: unknown */
	__u32 mtu;			/* that the route has or has learned; 0: the device's */
	__u32 set_mtu;			/* that the operator gave it; 0: none */
	__u16 encap;			/* LWTUNNEL_ENCAP_*; 0: none */
};

struct doctor_backend {
	struct dsr_backend backend;
	const struct dsr_service *service;	/* NULL: it was deleted meanwhile */
};

/* The address of one or more backends in a VRF: backends[first] to backends[first + n - 1]. */
struct doctor_target {
	const char *vrf;		/* empty: none */
	struct dsr_addr addr;
	size_t first, n;
	struct doctor_route route;
	__u16 state;			/* NUD_* of the next hop, 0: unknown */
};

/* A VIP or a prefix of VIPs in a VRF, with services[first] to services[first + n - 1]. */
struct doctor_vip {
	const struct dsr_key *key;
	size_t first, n;
	struct doctor_route route;
	int ifindex;			/* of the device that has it as address, or 0 */
	bool has_local;			/* a backend of its services has method local */
};

/* A firewall rule that names destinations. A rule has a record for each of them. */
struct doctor_rule {
	char family[16];		/* of its table */
	char table[DSR_TEXT];
	char chain[DSR_TEXT];
	__u64 handle;
	char hook[16];			/* of a base chain that leads to its chain */
	int priority;
	struct dsr_prefix to;
	__u8 protocol;			/* 0: any */
	__u16 port, port_end;		/* 0: any */
	bool acts;			/* it does more than to accept or count */
};

/* A virtual server of IPVS. */
struct doctor_ipvs {
	__u8 protocol;
	struct dsr_addr addr;		/* family 0: it has a mark */
	__u16 port;
	__u32 mark;
};

/* Connections to a VIP and a port that connection tracking knows. */
struct doctor_tracked {
	__u8 protocol;
	struct dsr_addr addr;
	__u16 port;
	size_t n;
};

enum doctor_module {
	DOCTOR_MODULE_ANSWERS,
	DOCTOR_MODULE_NOT_LOADED,
	DOCTOR_MODULE_NOT_INSTALLED,
	DOCTOR_MODULE_REFUSES,
};

struct doctor_facts {
	const char *version;		/* of dsrctl */
	enum doctor_module module;
	char refusal[512];		/* of the module */
	struct dsr_stats stats;
	struct list services;		/* struct dsr_service, as doctor_sort() sorts them */
	struct list backends;		/* struct doctor_backend, the same */
	struct list devices;		/* struct dsr_device */
	struct list targets;		/* struct doctor_target */
	struct list vips;		/* struct doctor_vip */
	struct list links;		/* struct doctor_link */
	struct list addrs;		/* struct doctor_addr, of this machine */
	struct list neighbours;		/* struct doctor_addr */
	struct list rules;		/* struct doctor_rule */
	struct list ipvs;		/* struct doctor_ipvs */
	struct list tracked;		/* struct doctor_tracked, of VIPs that are one address */
	struct doctor_route to_clients[2];	/* default route of IPv4, IPv6 */
	char unseen[4][128];		/* what could not be looked at, and why */
	char unseen_cure[4][128];
	size_t n_unseen;
};

void doctor_init(struct doctor_facts *facts);
void doctor_free(struct doctor_facts *facts);

/* Record that something could not be looked at. */
void doctor_unseen(struct doctor_facts *facts, const char *text, const char *cure);

/* Sort services by VIP and backends by address, and make the lists of targets and VIPs,
 * without their routes.
 */
void doctor_sort(struct doctor_facts *facts);

/* Gather links, addresses, neighbours, and the routes to all targets and VIPs. Return 0, or
 * -1 with err filled.
 */
int doctor_get_network(struct doctor_facts *facts, struct dsr_error *err);

/* Gather what files, the firewall and the module's files tell. */
void doctor_get_host(struct doctor_facts *facts);

/* Add the rules of the output of "nft -j list ruleset" that name destinations. Return -1 if
 * the text is not such an output.
 */
int doctor_parse_nft(struct list *rules, const char *text);
/* Add the rules of the output of iptables-legacy-save. family is ip or ip6. */
void doctor_parse_iptables(struct list *rules, const char *family, char *text);
/* Add the virtual servers of /proc/net/ip_vs. */
void doctor_parse_ipvs(struct list *ipvs, char *text);
/* Read a line of /proc/net/nf_conntrack. Return -1 if it is no connection with a port. */
int doctor_parse_tracked(struct doctor_tracked *tracked, const char *line);
/* Count a connection if it is to a VIP outside VRFs. */
void doctor_add_tracked(struct doctor_facts *facts, const struct doctor_tracked *tracked);

/* Add a finding, and return it. */
struct doctor_finding *doctor_add(struct list *findings, enum doctor_severity severity,
				  const char *id, const char *about, const char *format, ...)
	__printf(5, 6);
void doctor_cure(struct doctor_finding *finding, const char *format, ...)
	__printf(2, 3);

/* Quote a name for a shell, if that is necessary. */
const char *doctor_word(const char *name, char *text, size_t size);
/* Format a service as words of a command. */
const char *doctor_service(const struct dsr_key *key, char *text, size_t size);

const struct doctor_link *doctor_link(const struct doctor_facts *facts, int ifindex);
const struct doctor_link *doctor_link_by_name(const struct doctor_facts *facts, const char *name);
bool doctor_addr_equal(const struct dsr_addr *a, const struct dsr_addr *b);
/* Return the next of the machine's addresses, from number *i on, whose subnet has this address, or
 * NULL.
 */
const struct doctor_addr *doctor_next_subnet(const struct doctor_facts *facts, size_t *i,
					     const struct dsr_addr *addr);
/* Return the option's owner: the backend, or else its service. */
const struct dsr_conf *doctor_conf(const struct doctor_backend *backend, size_t offset);
#define DOCTOR_FWD(backend, member) \
	(doctor_conf(backend, offsetof(struct dsr_conf, member))->member)
/* Return true if the operator's state of a backend lets packets go to it. */
bool doctor_in_use(const struct doctor_backend *backend);

/* Judge all facts, and leave the findings sorted, the worst first. */
void doctor_judge(const struct doctor_facts *facts, struct list *findings);
/* Parts of it. */
void doctor_judge_ways(const struct doctor_facts *facts, struct list *findings);
void doctor_judge_services(const struct doctor_facts *facts, struct list *findings);
void doctor_judge_host(const struct doctor_facts *facts, struct list *findings);

/* Return the exit status for the findings. */
int doctor_status(const struct doctor_facts *facts, const struct list *findings);

extern const struct out_column *const print_finding_columns[];
void print_finding(struct out *out, const struct doctor_finding *finding, const char *netns);
/* Write the findings as text of at most 80 columns. */
void print_findings(FILE *file, const struct list *findings, const char *netns);

#endif
