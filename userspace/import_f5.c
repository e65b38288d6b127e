// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Imports virtual servers of bigip.conf, or of what "tmsh list ltm" prints, that are nPath or L3
 * DSR: by profile fastL4, without translation of addresses, with or without a tunnel.
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "f5.h"
#include "lvs.h"

static const char not_ltm[] = "not of local traffic management, leave it out";

/* Virtual servers. */

static void load_source(struct import *in, void *context, const struct node *node)
{
	const char *source = node_word(node, 1);
	struct f5 *f5 = context;

	if (strcmp(source, "0.0.0.0/0") && strcmp(source, "::/0"))
		import_set(in, f5->service, "source", source, node->line);
}

/* Return a value of a fastL4 profile, or of one that it inherits from. */
static const struct node *profile_value(const struct f5 *f5, const struct node *profile,
					const char *word)
{
	const struct node *found = NULL;
	const char *parent;
	int depth;

	for (depth = 0; profile && !found && depth < 8; depth++) {
		found = node_find(profile, word);
		parent = f5_value(profile, "defaults-from");
		profile = parent ? f5_find(f5, "profile", "fastl4", parent) : NULL;
	}
	return found;
}

static void set_idle_timeout(struct f5 *f5, const struct node *profile, size_t line)
{
	static const char *const names[] = { "tcp", "udp", "other" };
	const struct node *found = profile_value(f5, profile, "idle-timeout");
	const char *seconds = found ? node_word(found, 1) : "300";
	size_t i;

	if (found)
		line = found->line;
	if (!strcmp(seconds, "indefinite") || !strcmp(seconds, "immediate")) {
		import_approximated(f5->in, line, "idle-timeout %s becomes 86400 seconds", seconds);
		seconds = "86400";
	}
	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		import_set_second(f5->in, f5->service, "timeout", names[i], seconds, line);
}

static const char *const fast_profiles[] = { "fastL4", "ipother", "udp_gtm_dns", NULL };

static void load_profiles(struct import *in, void *context, const struct node *node)
{
	const struct node *profile, *object;
	struct f5 *f5 = context;
	const char *name;

	node_mark(in, node, IMPORT_TRANSLATED);
	for (profile = node->children; profile; profile = profile->next) {
		name = f5_base_name(node_word(profile, 0));
		object = f5_find(f5, "profile", "fastl4", name);
		if (!object && model_find(fast_profiles, name) < 0) {
			import_refused(in, profile->line,
				       "profile %s makes the virtual server a proxy, which DSR is not: expected a fastL4 profile",
				       name);
			f5->impossible = true;
			continue;
		}
		set_idle_timeout(f5, object, profile->line);
	}
}

static void load_persist(struct import *in, void *context, const struct node *node)
{
	struct f5 *f5 = context;
	const struct node *object;
	const char *name, *mask;

	node_mark(in, node, IMPORT_TRANSLATED);
	if (!node->children)
		return;
	name = f5_base_name(node_word(node->children, 0));
	object = f5_find(f5, "persistence", "source-addr", name);
	if (!object && strcmp(name, "source_addr")) {
		node_refuse(in, node,
			    "expected persistence of kind source-addr; DSR sees nothing but addresses and ports");
		return;
	}
	import_set(in, f5->service, "persist", f5_value(object, "timeout") ?: "180", node->line);
	mask = f5_value(object, "mask");
	if (mask && strcmp(mask, "255.255.255.255") && strcmp(mask, "none"))
		lvs_set_netmask(in, f5->service, mask, node->line);
}

static void load_snat(struct import *in, void *context, const struct node *node)
{
	struct f5 *f5 = context;
	const char *type = f5_value(node, "type");

	node_mark(in, node, IMPORT_TRANSLATED);
	if (!type || !strcmp(type, "none"))
		return;
	node_refuse(in, node,
		    "servers answer the client itself, so it must keep its address");
	f5->impossible = true;
}

static const struct import_keyword virtual_keywords[] = {
	LOADED("destination", NULL),
	LOADED("ip-protocol", NULL),
	LOADED("mask", NULL),
	LOADED("translate-address", NULL),
	LOADED("translate-port", NULL),
	LOADED("pool", f5_load_pool),
	LOADED("profiles", load_profiles),
	LOADED("source", load_source),
	LOADED("persist", load_persist),
	LOADED("source-address-translation", load_snat),
	NO_EFFECT("enabled", "services are"),
	NO_EFFECT("vs-index", "a number of BIG-IP's own"),
	NO_EFFECT("source-port", "DSR leaves ports as they are"),
	NO_EFFECT("auto-lasthop", "answers do not come back"),
	NO_EFFECT("mirror", "the hash is the same on both directors"),
	NO_EFFECT("gtm-score", "of global load balancing"),
	NO_EFFECT("cmp-enabled", "all CPUs share the work"),
	NO_EFFECT("serverssl-use-sni", "of a proxy"),
	REFUSED("connection-limit", "a service has no limit; max-flows of each backend is one"),
	REFUSED("rate-limit", "a service has none; nftables can limit new connections"),
	REFUSED("rules", "DSR runs no iRules"),
	REFUSED("policies", "DSR sees no requests"),
	REFUSED("fallback-persistence", "there is one kind of persistence"),
	REFUSED("vlans", "device names differ; add \"dev NAME\" for a single one"),
	NO_EFFECT("vlans-disabled", "services take packets of all devices"),
	REFUSED("vlans-enabled", "device names differ; add \"dev NAME\" for a single one"),
	REFUSED("disabled", "services cannot be disabled, so this one is left out"),
	REFUSED("ip-forward", "it only routes, which Linux does without a service"),
	REFUSED("l2-forward", "it only forwards, which a bridge does"),
	REFUSED("reject", "a service cannot refuse all; nftables can"),
	REFUSED("clone-pools", "packets are not copied; nftables can"),
	REFUSED("last-hop-pool", "answers do not come back"),
	REFUSED("security-log-profiles", "of a proxy"),
	REFUSED("fw-enforced-policy", "use nftables, in the raw table or at ingress"),
	REFUSED("nat64", "servers answer the client itself"),
	REFUSED("rate-class", "use tc"),
	AND_KEYWORDS(f5_common_keywords)
};

/* Why the virtual server as a whole cannot be translated, or NULL. */
static const char *why_not(const struct node *node)
{
	static const char *const kinds[] = {
		"disabled", "ip-forward", "l2-forward", "reject", "internal"
	};
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (node_find(node, kinds[i]))
			return kinds[i];
	if (!f5_has_value(node, "translate-address", "disabled"))
		return "translate-address";
	return node_find(node, "destination") ? NULL : "destination";
}

static void refuse_virtual(struct import *in, const struct node *node, const char *reason)
{
	const struct import_keyword *keyword;

	if (!strcmp(reason, "translate-address")) {
		node_refuse(in, node,
			    "translate-address is not disabled: servers get packets with their own address, which DSR does not do; give them the VIP and disable it");
		return;
	}
	if (!strcmp(reason, "destination")) {
		node_refuse(in, node, "the destination is missing");
		return;
	}
	for (keyword = virtual_keywords; keyword->name && strcmp(keyword->name, reason); keyword++)
		;
	node_refuse(in, node, keyword->refused ?: "internal virtual servers have no packets");
}

/* Return the length of the prefix by the mask, or -1. */
static int prefix_of(const struct node *node, const struct f5_endpoint *endpoint)
{
	bool is_ipv6 = strchr(endpoint->address, ':');
	const char *mask = f5_value(node, "mask");
	__u8 bytes[16];
	int i, n = 0, size = is_ipv6 ? 16 : 4;

	if (!mask || !strcmp(mask, "any") || !strcmp(mask, "any6"))
		return mask ? 0 : 8 * size;
	if (inet_pton(is_ipv6 ? AF_INET6 : AF_INET, mask, bytes) != 1)
		return -1;
	for (i = 0; i < 8 * size && bytes[i / 8] & 0x80 >> i % 8; i++)
		n++;
	return n;
}

static struct import_service *make_service(struct f5 *f5, const struct node *node)
{
	const struct node *destination = node_find(node, "destination");
	struct f5_endpoint endpoint = f5_read_endpoint(node_word(destination, 1));
	const char *protocol = f5_value(node, "ip-protocol") ?: "any";
	bool is_ipv6 = strchr(endpoint.address, ':');
	char vip[2 * ADDR_TEXT], prefix[8] = "", port[16] = "";
	int length = prefix_of(node, &endpoint);

	if (endpoint.port < 0 || length < 0) {
		import_refused(f5->in, destination->line, "destination \"%s\": the %s is not known",
			       node_word(destination, 1), length < 0 ? "mask" : "port");
		return NULL;
	}
	if (endpoint.has_domain)
		import_approximated(f5->in, destination->line,
				    "destination %s: the route domain is left out; a VRF stands behind VIPs, like 192.0.2.80%%NAME",
				    node_word(destination, 1));
	if (length < (is_ipv6 ? 128 : 32))
		snprintf(prefix, sizeof(prefix), "/%d", length);
	if (endpoint.port)
		snprintf(port, sizeof(port), ":%d", endpoint.port);
	snprintf(vip, sizeof(vip), is_ipv6 && *port ? "[%s]%s%s" : "%s%s%s", endpoint.address,
		 prefix, port);
	return import_service(f5->in, protocol, vip, destination->line);
}

static void load_virtual(struct f5 *f5, const struct node *node)
{
	const char *reason = why_not(node);
	const struct node *child;

	if (reason) {
		refuse_virtual(f5->in, node, reason);
		return;
	}
	f5->node = node;
	f5->pool = NULL;
	f5->impossible = false;
	f5->service = make_service(f5, node);
	if (!f5->service) {
		node_mark(f5->in, node, IMPORT_REFUSED);
		return;
	}
	node_mark_own(f5->in, node, IMPORT_TRANSLATED);
	f5->service->line = node->line;
	f5->service->node = node;
	snprintf(f5->service->name, sizeof(f5->service->name), "%s",
		 f5_base_name(node_word(node, 2)));
	import_set(f5->in, f5->service, "scheduler", "wrr", node->line);
	for (child = node->children; child; child = child->next)
		node_load(f5->in, virtual_keywords, f5, child, "a virtual server");
	if (!f5->pool && !f5->service->refused)
		f5->service->refused++;
	if (f5->impossible) {
		f5->service->refused++;
		list_clear(&f5->service->backends);
	}
}

/* Objects that virtual servers refer to: what is not theirs is marked here. */

static const struct import_keyword fastl4_keywords[] = {
	LOADED("idle-timeout", NULL),
	LOADED("defaults-from", NULL),
	NO_EFFECT("loose-close", "flows end by their timeouts in any case"),
	NO_EFFECT("loose-initialization", "flows begin with any packet in any case"),
	NO_EFFECT("pva-acceleration", "there is no such hardware"),
	NO_EFFECT("pva-dynamic-client-packets", "there is no such hardware"),
	NO_EFFECT("pva-dynamic-server-packets", "there is no such hardware"),
	NO_EFFECT("pva-offload-dynamic", "there is no such hardware"),
	NO_EFFECT("pva-offload-state", "there is no such hardware"),
	NO_EFFECT("pva-flow-aging", "there is no such hardware"),
	NO_EFFECT("hardware-syn-cookie", "there is no such hardware"),
	NO_EFFECT("keep-alive-interval", "a proxy would send them"),
	NO_EFFECT("reset-on-timeout", "a flow that is forgotten is picked up again"),
	SIMILAR("reassemble-fragments", "fragments are always reassembled"),
	REFUSED("tcp-handshake-timeout", "timeout tcp-syn is 60 seconds"),
	REFUSED("tcp-close-timeout", "timeout tcp-closing is 60 seconds"),
	REFUSED("syn-cookie-enable", "with DSR, servers answer SYNs themselves"),
	REFUSED("software-syn-cookie", "with DSR, servers answer SYNs themselves"),
	REFUSED("syn-cookie-dsr-flow-reset-by", "with DSR, servers answer SYNs themselves"),
	REFUSED("mss-override", "servers answer SYNs themselves; set advmss in their routes"),
	REFUSED("ip-tos-to-server", "the packets are not changed; nftables can set DSCP"),
	REFUSED("ip-tos-to-client", "servers answer clients themselves"),
	AND_KEYWORDS(f5_common_keywords)
};

static const struct import_keyword node_keywords[] = {
	LOADED("address", NULL),
	LOADED("ratio", NULL),
	REFUSED("monitor", import_no_checks),
	REFUSED("connection-limit",
		"a server has none for all services together; each backend has max-flows"),
	REFUSED("rate-limit", "a server has no limit of new flows in a second"),
	REFUSED("session", "drain the backends of this address"),
	REFUSED("state", "drain the backends of this address"),
	REFUSED("fqdn", "names are not looked up; give the address"),
	AND_KEYWORDS(f5_common_keywords)
};

static const struct import_keyword persistence_keywords[] = {
	LOADED("timeout", NULL),
	LOADED("mask", NULL),
	LOADED("defaults-from", NULL),
	LOADED("hash-algorithm", NULL),
	NO_EFFECT("map-proxies", "of a proxy"),
	NO_EFFECT("mirror", "directors do not share it"),
	REFUSED("match-across-pools", "each service has its own"),
	REFUSED("match-across-services", "each service has its own"),
	REFUSED("match-across-virtuals", "each service has its own"),
	REFUSED("override-connection-limit", "limits hold in any case"),
	AND_KEYWORDS(f5_common_keywords)
};

static void load_object(struct f5 *f5, const struct node *node)
{
	static const struct {
		const char *kind, *second;
		const struct import_keyword *keywords;
		const char *where;
	} objects[] = {
		{ "node", NULL, node_keywords, "a node" },
		{ "profile", "fastl4", fastl4_keywords, "a fastL4 profile" },
		{ "persistence", "source-addr", persistence_keywords, "persistence" },
	};
	const char *kind = node_word(node, 1);
	size_t i;

	for (i = 0; i < sizeof(objects) / sizeof(*objects); i++) {
		if (strcmp(objects[i].kind, kind) ||
		    (objects[i].second && strcmp(objects[i].second, node_word(node, 2))))
			continue;
		node_mark_own(f5->in, node, IMPORT_TRANSLATED);
		node_load_all(f5->in, objects[i].keywords, f5, node, objects[i].where);
		return;
	}
	if (!strcmp(kind, "monitor"))
		node_refuse(f5->in, node, import_no_checks);
	else if (!strcmp(kind, "rule"))
		node_refuse(f5->in, node, "DSR runs no iRules");
	else if (!strcmp(kind, "virtual-address"))
		node_refuse(f5->in, node,
			    "whether a VIP answers pings is \"echo\" of a service; routes to it are the router's");
	else if (strcmp(kind, "virtual") && strcmp(kind, "pool"))
		node_refuse(f5->in, node, "not imported; DSR has no use for it");
}

/* Pools that no virtual server uses have no effect there, nor here. */
static void mark_unused(struct import *in, const struct node *node)
{
	if (!strcmp(node_word(node, 0), "ltm") && !strcmp(node_word(node, 1), "pool") &&
	    import_line(in, node->line)->class == IMPORT_UNREAD)
		node_refuse(in, node, "no virtual server that is imported uses it");
}

/* Objects begin in the first column, and nothing inside of them does so with these words. So
 * the braces and quotes of one, such as those in an iRule, do not spoil the next.
 */
static bool begins_object(const char *text)
{
	static const char *const modules[] = { "ltm ", "net ", "sys ", "auth ", "cm ", "gtm " };
	size_t i;

	for (i = 0; i < sizeof(modules) / sizeof(*modules); i++)
		if (!strncmp(text, modules[i], strlen(modules[i])))
			return strchr(text, '{');
	return false;
}

int import_f5(struct import *in, const char *path, struct dsr_error *err)
{
	static const char *const commands[] = { "tmsh", "create", "modify", "delete", NULL };
	struct f5 f5 = { .in = in };
	struct block_reader reader;
	const struct node *node;
	size_t line;

	if (import_read(in, path, err))
		return -1;
	block_begin(&reader, in);
	reader.comments = "#";
	reader.quotes = "\"";
	reader.long_quotes = true;
	for (line = 0; line < in->lines.n; line++) {
		if (begins_object(import_line(in, line)->text))
			block_restart(&reader);
		block_line(&reader, line, import_line(in, line)->text);
	}
	f5.root = block_end(&reader);
	f5_index(&f5);
	for (node = f5.root->children; node; node = node->next) {
		if (node->is_broken)
			node_mark(in, node, IMPORT_REFUSED);
		else if (model_find(commands, node_word(node, 0)) >= 0)
			node_refuse(in, node,
				    "a command of tmsh: expected what \"tmsh list ltm\" prints");
		else if (strcmp(node_word(node, 0), "ltm"))
			node_refuse(in, node, not_ltm);
		else if (!strcmp(node_word(node, 1), "virtual"))
			load_virtual(&f5, node);
		else
			load_object(&f5, node);
	}
	for (node = f5.root->children; node; node = node->next)
		mark_unused(in, node);
	list_free(&f5.objects);
	return 0;
}
