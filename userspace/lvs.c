// SPDX-License-Identifier: GPL-2.0-or-later
/* The words of IPVS, see lvs.h. */
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "lvs.h"

const char lvs_no_nat[] =
	"servers get packets with their own address, which DSR does not do; "
	"give them the VIP and use DR or TUN";

const char lvs_no_sync[] =
	"directors do not send each other flows; with the same seed they choose the same backends";

/* A scheduler of IPVS, and what becomes of it. */
struct lvs_scheduler {
	const char *name;
	const char *scheduler;
	const char *hash;		/* NULL: the default */
	const char *difference;		/* NULL: none */
};

static const char like_wlc[] = "each remembered flow counts; in IPVS, closed ones count less";
static const char like_lblc[] = "becomes maglev by destination, which does not look at the load";

static const struct lvs_scheduler schedulers[] = {
	{ "rr", "rr", NULL, NULL },
	{ "wrr", "wrr", NULL, NULL },
	{ "lc", "lc", NULL, like_wlc },
	{ "wlc", "wlc", NULL, like_wlc },
	{ "sed", "wlc", NULL, like_wlc },
	{ "nq", "nq", NULL, like_wlc },
	{ "twos", "wlc", NULL, "becomes wlc, which compares all servers, not two" },
	{ "lblc", "maglev", "destination", like_lblc },
	{ "lblcr", "maglev", "destination", like_lblc },
	{
		"dh", "maglev", "destination",
		"becomes maglev by destination, another table: a VIP may get another server"
	}, {
		"sh", "maglev", "source",
		"becomes maglev by source, another table: a client may get another server"
	},
	{ "mh", "maglev", "source", NULL },
	{ "fo", "fo", NULL, NULL },
	{ "ovf", "ovf", NULL, like_wlc },
	{ 0 }
};

void lvs_set_scheduler(struct import *in, struct import_service *service, const char *name,
		       size_t line)
{
	const struct lvs_scheduler *scheduler;

	for (scheduler = schedulers; scheduler->name; scheduler++)
		if (!strcmp(scheduler->name, name))
			break;
	if (!scheduler->name) {
		import_approximated(in, line,
				    "scheduler %s: unknown here, so the default is used, maglev",
				    name);
		return;
	}
	service->scheduler = scheduler;
	import_set(in, service, "scheduler", scheduler->scheduler, line);
	if (scheduler->hash)
		import_set(in, service, "hash", scheduler->hash, line);
	if (scheduler->difference)
		import_approximated(in, line, "scheduler %s: %s", name, scheduler->difference);
}

/* flag-1 is the fallback of sh and mh, and flag-2 the port. Fallback is how maglev works. */
void lvs_set_flag(struct import *in, struct import_service *service, const char *flag, size_t line)
{
	const char *name = service->scheduler ? service->scheduler->name : "";
	bool hashes = !strcmp(name, "sh") || !strcmp(name, "mh");

	if (hashes && (!strcmp(flag, "sh-port") || !strcmp(flag, "mh-port") ||
		       !strcmp(flag, "flag-2")))
		import_set(in, service, "hash", "source-port", line);
	else if (!hashes || (strcmp(flag, "sh-fallback") && strcmp(flag, "mh-fallback") &&
			     strcmp(flag, "flag-1")))
		import_approximated(in, line, "flag %s: means nothing to scheduler %s, left out",
				    flag, *name ? name : "maglev");
}

void lvs_set_timeouts(struct import *in, struct import_service *service,
		      const struct lvs_timeouts *timeouts)
{
	const struct {
		const char *name;
		__u32 seconds;
	} all[] = {
		{ "tcp", timeouts->tcp },
		{ "tcp-closing", timeouts->tcpfin },
		{ "udp", timeouts->udp },
		{ service->key.protocol == IPPROTO_SCTP ? "other" : NULL, timeouts->tcp },
	};
	char text[16];
	size_t i;

	for (i = 0; i < sizeof(all) / sizeof(*all) && all[i].name; i++) {
		snprintf(text, sizeof(text), "%u", all[i].seconds);
		import_set_second(in, service, "timeout", all[i].name, text, service->line);
	}
	import_set(in, service, "no-backend", "reject", service->line);
}

int lvs_mask_length(const char *mask)
{
	struct in_addr addr;
	__u32 bits;
	int length;

	if (inet_pton(AF_INET, mask, &addr) != 1)
		return -1;
	bits = ntohl(addr.s_addr);
	length = __builtin_popcount(bits);
	return length && bits == (__u32)(0xffffffffULL << (32 - length)) ? length : -1;
}

void lvs_set_netmask(struct import *in, struct import_service *service, const char *mask,
		     size_t line)
{
	bool is_ipv6 = service->key.addr.family == AF_INET6;
	char text[16];
	int length;

	if (is_ipv6) {
		import_set(in, service, "persist-prefix6", mask, line);
		return;
	}
	length = lvs_mask_length(mask);
	if (length < 0) {
		import_refused(in, line, "netmask \"%s\": expected one like 255.255.255.0", mask);
		return;
	}
	snprintf(text, sizeof(text), "%d", length);
	import_set(in, service, "persist-prefix4", text, line);
}

static void set_checksum(struct import *in, struct import_backend *backend,
			 const struct lvs_forward *forward, bool is_gue, size_t line)
{
	if (forward->checksum && !strcmp(forward->checksum, "remcsum"))
		import_approximated(in, line,
				    "remcsum becomes outer-checksum on: there is no remote checksum offload");
	if (forward->checksum && strcmp(forward->checksum, "nocsum"))
		import_set_backend(in, backend, "outer-checksum", "on", line);
	else if (is_gue)
		import_set_backend(in, backend, "outer-checksum", "off", line);
}

void lvs_set_forward(struct import *in, struct import_backend *backend,
		     const struct lvs_forward *forward, size_t line)
{
	const char *type = forward->type ?: "ipip";
	bool is_gue = !strcmp(type, "gue");

	if (forward->method != LVS_TUN)
		return;
	import_set_backend(in, backend, "method", type, line);
	import_set_backend(in, backend, "outer-ttl", "inherit", line);
	if (is_gue && forward->port)
		import_set_backend(in, backend, "outer-port", forward->port, line);
	if (strcmp(type, "ipip"))
		set_checksum(in, backend, forward, is_gue, line);
}

void lvs_set_thresholds(struct import *in, struct import_backend *backend, __u64 upper,
			__u64 lower, size_t line)
{
	char text[24];

	if (!upper) {
		if (lower)
			import_approximated(in, line,
					    "lower threshold %llu: without an upper one it means nothing, left out",
					    (unsigned long long)lower);
		return;
	}
	snprintf(text, sizeof(text), "%llu", (unsigned long long)upper);
	import_set_backend(in, backend, "max-flows", text, line);
	if (lower >= upper) {
		import_approximated(in, line,
				    "lower threshold %llu: left out, it is not below the upper one",
				    (unsigned long long)lower);
	} else if (lower) {
		snprintf(text, sizeof(text), "%llu", (unsigned long long)lower);
		import_set_backend(in, backend, "min-flows", text, line);
	}
}

/* The names that appliances use, whether or not this machine knows them. */
static const struct {
	const char *name;
	int port;
} ports[] = {
	{ "any", 0 }, { "ftp", 21 }, { "ssh", 22 }, { "telnet", 23 }, { "smtp", 25 },
	{ "tacacs", 49 }, { "domain", 53 }, { "http", 80 }, { "www", 80 }, { "pop3", 110 },
	{ "ntp", 123 }, { "imap", 143 }, { "imap4", 143 }, { "snmp", 161 }, { "ldap", 389 },
	{ "https", 443 }, { "syslog", 514 }, { "rtsp", 554 }, { "ldaps", 636 }, { "imaps", 993 },
	{ "pop3s", 995 }, { "radius", 1812 }, { "radius-auth", 1812 }, { "radius-acct", 1813 },
	{ "sip", 5060 },
};

int lvs_port(const char *word)
{
	const struct servent *entry;
	__u64 number;
	size_t i;

	if (!addr_parse_number(word, 65535, &number))
		return number;
	for (i = 0; i < sizeof(ports) / sizeof(*ports); i++)
		if (!strcmp(ports[i].name, word))
			return ports[i].port;
	entry = getservbyname(word, NULL);
	return entry ? ntohs(entry->s_port) : -1;
}

bool lvs_check_port(struct import *in, struct import_service *service, const char *address,
		    int port, size_t line)
{
	if (!port || (!service->key.by_mark && port == service->key.port))
		return true;
	if (service->key.by_mark) {
		import_approximated(in, line,
				    "server %s: port %d is left out, because DSR leaves ports as they are",
				    address, port);
		return true;
	}
	service->refused++;
	if (service->key.port)
		import_refused(in, line,
			       "server %s: port %d is not the service's, %u; DSR does not change ports, so let the server listen to %u",
			       address, port, service->key.port, service->key.port);
	else
		import_refused(in, line,
			       "server %s: port %d, but the service has any port; DSR does not change ports, so give the service this port",
			       address, port);
	return false;
}

void lvs_note_mark(struct import *in, const struct import_service *service, size_t line)
{
	if (service->key.by_mark)
		import_approximated(in, line,
				    "mark %u: the rule that sets it must be in the raw table, because mangle is too late",
				    service->key.mark);
}

void lvs_set_one_packet(struct import *in, struct import_service *service, size_t line)
{
	if (service->key.by_mark || service->key.protocol == IPPROTO_UDP)
		import_set(in, service, "one-packet", "on", line);
	else
		import_refused(in, line, "one packet at a time: expected it for UDP only");
}

bool lvs_check_forward(struct import *in, struct import_service *service, const char *address,
		       const struct lvs_forward *forward, size_t line)
{
	struct dsr_error ignored = { 0 };
	struct dsr_addr addr;

	if (forward->method == LVS_NAT) {
		service->refused++;
		import_refused(in, line, "server %s, NAT: %s", address, lvs_no_nat);
		return false;
	}
	if (forward->method == LVS_DR && !addr_parse(address, &addr, &ignored) &&
	    addr.family != service->key.addr.family) {
		service->refused++;
		import_refused(in, line,
			       "server %s: not of the family of the service, as DR needs; use TUN",
			       address);
		return false;
	}
	return true;
}
