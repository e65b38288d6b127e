// SPDX-License-Identifier: GPL-2.0-or-later
/* Imports the pools of bigip.conf and their members, see import_f5.c. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "f5.h"
#include "lvs.h"

const struct import_keyword f5_common_keywords[] = {
	NO_EFFECT("app-service", "of templates"),
	NO_EFFECT("partition", "of administration"),
	NO_EFFECT("description", "only for people"),
	NO_EFFECT("metadata", "only for people"),
	NO_EFFECT("creation-time", "only for people"),
	NO_EFFECT("last-modified-time", "only for people"),
	END_OF_KEYWORDS
};

const char *f5_base_name(const char *name)
{
	const char *slash = strrchr(name, '/');

	return slash ? slash + 1 : name;
}

/* An object of the file. Where several have one name, the first one is meant. */
struct object {
	const char *kind, *second, *name;
	const struct node *node;
};

static int compare_names(const void *a, const void *b)
{
	const struct object *left = a, *right = b;

	return strcmp(left->kind, right->kind) ?: strcmp(left->second, right->second) ?:
	       strcmp(left->name, right->name);
}

static int compare_objects(const void *a, const void *b)
{
	const struct object *left = a, *right = b;

	return compare_names(a, b) ?:
	       (left->node->line > right->node->line) - (left->node->line < right->node->line);
}

void f5_index(struct f5 *f5)
{
	const struct node *node;
	int at;

	f5->objects = (struct list)LIST_OF(struct object);
	for (node = f5->root->children; node; node = node->next) {
		if (strcmp(node_word(node, 0), "ltm"))
			continue;
		at = node->n > 3 ? 3 : 2;
		*(struct object *)list_new(&f5->objects) = (struct object){
			node_word(node, 1), at == 3 ? node_word(node, 2) : "",
			f5_base_name(node_word(node, at)), node
		};
	}
	if (f5->objects.n)
		qsort(f5->objects.records, f5->objects.n, f5->objects.size, compare_objects);
}

const struct node *f5_find(const struct f5 *f5, const char *kind, const char *second,
			   const char *name)
{
	const struct object like = { kind, second ?: "", f5_base_name(name) };
	size_t low = 0, high = f5->objects.n, middle;
	const struct object *object;

	while (low < high) {
		middle = (low + high) / 2;
		if (compare_names(list_at(&f5->objects, middle), &like) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	object = low < f5->objects.n ? list_at(&f5->objects, low) : NULL;
	return object && !compare_names(object, &like) ? object->node : NULL;
}

const char *f5_value(const struct node *node, const char *word)
{
	const struct node *found = node ? node_find(node, word) : NULL;

	return found ? node_word(found, 1) : NULL;
}

bool f5_has_value(const struct node *node, const char *word, const char *value)
{
	const char *found = f5_value(node, word);

	return found && !strcmp(found, value);
}

struct f5_endpoint f5_read_endpoint(const char *text)
{
	const char *name = f5_base_name(text), *end;
	struct f5_endpoint endpoint = { .port = 0 };
	const char *colon = strchr(name, ':');
	char *domain;

	end = colon && strchr(colon + 1, ':') ? strrchr(name, '.') : strrchr(name, ':');
	if (!end)
		end = name + strlen(name);
	snprintf(endpoint.address, sizeof(endpoint.address), "%.*s", (int)(end - name), name);
	if (*end)
		endpoint.port = strcmp(end + 1, "any") ? lvs_port(end + 1) : 0;
	domain = strchr(endpoint.address, '%');
	if (domain) {
		*domain = '\0';
		endpoint.has_domain = true;
	}
	if (!strcmp(endpoint.address, "any") || !strcmp(endpoint.address, "any6"))
		snprintf(endpoint.address, sizeof(endpoint.address), "%s",
			 endpoint.address[3] ? "::" : "0.0.0.0");
	return endpoint;
}

static const char by_ratio[] = "wrr, by the ratio that is configured";
static const char by_flows[] = "wlc, by the flows of this service that are remembered";
static const char by_answers[] = "wlc, as the director sees no answers";

static const struct import_keyword mode_names[] = {
	NO_EFFECT("round-robin", "it is what wrr does"),
	NO_EFFECT("ratio-member", "it is what wrr does"),
	NO_EFFECT("ratio-node", "it is what wrr does"),
	NO_EFFECT("ratio-session", "it is what wrr does"),
	SIMILAR("dynamic-ratio-member", by_ratio),
	SIMILAR("dynamic-ratio-node", by_ratio),
	SIMILAR("least-connections-member", by_flows),
	SIMILAR("least-connections-node", by_flows),
	SIMILAR("weighted-least-connections-member", by_flows),
	SIMILAR("weighted-least-connections-node", by_flows),
	SIMILAR("ratio-least-connections-member", by_flows),
	SIMILAR("ratio-least-connections-node", by_flows),
	SIMILAR("least-sessions", by_flows),
	SIMILAR("observed-member", by_flows),
	SIMILAR("observed-node", by_flows),
	SIMILAR("predictive-member", by_flows),
	SIMILAR("predictive-node", by_flows),
	SIMILAR("fastest-node", by_answers),
	SIMILAR("fastest-app-response", by_answers),
	END_OF_KEYWORDS
};

static void load_mode(struct import *in, void *context, const struct node *node)
{
	const struct import_keyword *mode;
	const char *word = node_word(node, 1);
	struct f5 *f5 = context;

	for (mode = mode_names; mode->name && strcmp(mode->name, word); mode++)
		;
	if (!mode->name)
		import_approximated(in, node->line,
				    "load-balancing-mode \"%s\": unknown, so wrr is used", word);
	else if (mode->approximated)
		import_approximated(in, node->line, "load-balancing-mode %s becomes %s", word,
				    mode->approximated);
	if (mode->approximated && mode->approximated != by_ratio)
		import_set(in, f5->service, "scheduler", "wlc", node->line);
}

static bool ratio_counts(const struct f5 *f5)
{
	const char *mode = f5_value(f5->pool, "load-balancing-mode");

	return mode && (strstr(mode, "ratio") || strstr(mode, "weighted"));
}

/* A profile of the pool is a tunnel. BIG-IP sends with the client's address and TTL 255. */
static void load_pool_profiles(struct import *in, void *context, const struct node *node)
{
	const struct node *profile;
	struct f5 *f5 = context;
	const char *name;

	node_mark(in, node, IMPORT_TRANSLATED);
	for (profile = node->children; profile; profile = profile->next) {
		name = f5_base_name(node_word(profile, 0));
		if (strcmp(name, "ipip") && strcmp(name, "gre")) {
			node_refuse(in, profile,
				    "expected the profile ipip or gre; the parameters of other ones are not imported");
			continue;
		}
		import_set(in, f5->service, "method", name, profile->line);
		import_set(in, f5->service, "outer-source", "client", profile->line);
		import_set(in, f5->service, "outer-ttl", "255", profile->line);
	}
}

static void load_ramp(struct import *in, void *context, const struct node *node)
{
	struct f5 *f5 = context;

	import_set(in, f5->service, "slow-start", node_word(node, 1), node->line);
}

static void load_min_members(struct import *in, void *context, const struct node *node)
{
	struct f5 *f5 = context;

	if (strcmp(node_word(node, 1), "0"))
		import_set(in, f5->service, "min-active", node_word(node, 1), node->line);
}

static void load_down_action(struct import *in, void *context, const struct node *node)
{
	const char *word = node_word(node, 1);
	struct f5 *f5 = context;

	if (!strcmp(word, "reset"))
		import_set(in, f5->service, "on-delete", "reject", node->line);
	else if (!strcmp(word, "drop"))
		import_set(in, f5->service, "on-delete", "drop", node->line);
	else if (strcmp(word, "reselect"))
		import_approximated(in, node->line,
				    "service-down-action %s: flows of a server that is down go to others; \"state drain\" keeps them",
				    word);
}

static void load_members(struct import *in, void *context, const struct node *node);

static const struct import_keyword pool_keywords[] = {
	LOADED("load-balancing-mode", load_mode),
	LOADED("profiles", load_pool_profiles),
	LOADED("slow-ramp-time", load_ramp),
	LOADED("min-active-members", load_min_members),
	LOADED("service-down-action", load_down_action),
	LOADED("members", load_members),
	REFUSED("monitor", import_no_checks),
	REFUSED("min-up-members", import_no_checks),
	REFUSED("min-up-members-action", import_no_checks),
	REFUSED("min-up-members-checking", import_no_checks),
	REFUSED("gateway-failsafe-device", "directors are not paired here"),
	REFUSED("queue-on-connection-limit", "no connections wait for a server"),
	REFUSED("queue-depth-limit", "no connections wait for a server"),
	REFUSED("queue-time-limit", "no connections wait for a server"),
	NO_EFFECT("reselect-tries", "of a proxy"),
	NO_EFFECT("allow-nat", "DSR has none"),
	NO_EFFECT("allow-snat", "DSR has none"),
	NO_EFFECT("ignore-persisted-weight", "weights count flows"),
	REFUSED("ip-tos-to-client", "servers answer clients themselves"),
	REFUSED("ip-tos-to-server", "the packets are not changed; nftables can set DSCP"),
	REFUSED("link-qos-to-client", "servers answer clients themselves"),
	REFUSED("link-qos-to-server", "the packets are not changed; tc can set priorities"),
	AND_KEYWORDS(f5_common_keywords)
};

/* Members. */

struct member {
	struct f5 *f5;
	const char *address;		/* NULL: in the name */
	const char *ratio, *limit, *group, *session, *state;
	size_t line;
};

static void load_address(struct import *in, void *context, const struct node *node)
{
	(void)in;
	((struct member *)context)->address = node_word(node, 1);
}

static void load_ratio(struct import *in, void *context, const struct node *node)
{
	(void)in;
	((struct member *)context)->ratio = node_word(node, 1);
}

static void load_limit(struct import *in, void *context, const struct node *node)
{
	(void)in;
	((struct member *)context)->limit = node_word(node, 1);
}

static void load_priority(struct import *in, void *context, const struct node *node)
{
	(void)in;
	((struct member *)context)->group = node_word(node, 1);
}

static void load_session(struct import *in, void *context, const struct node *node)
{
	(void)in;
	((struct member *)context)->session = node_word(node, 1);
}

static void load_state(struct import *in, void *context, const struct node *node)
{
	(void)in;
	((struct member *)context)->state = node_word(node, 1);
}

static const struct import_keyword member_keywords[] = {
	LOADED("address", load_address),
	LOADED("ratio", load_ratio),
	LOADED("connection-limit", load_limit),
	LOADED("priority-group", load_priority),
	LOADED("session", load_session),
	LOADED("state", load_state),
	REFUSED("monitor", import_no_checks),
	REFUSED("rate-limit",
		"a server has no limit of new flows in a second; max-flows limits their number"),
	REFUSED("dynamic-ratio", import_no_checks),
	REFUSED("fqdn", "names are not looked up; give the address"),
	NO_EFFECT("logging", "of administration"),
	NO_EFFECT("inherit-profile", "pools have the profile"),
	AND_KEYWORDS(f5_common_keywords)
};

static void set_limit(struct import *in, struct import_backend *backend, const char *word,
		      size_t line)
{
	if (word && strcmp(word, "0"))
		import_set_backend(in, backend, "max-flows", word, line);
}

/* The largest group is the best one there, and the smallest priority here. */
static void set_priority(const struct member *member, struct import_backend *backend)
{
	const char *minimum = f5_value(member->f5->pool, "min-active-members");
	const struct node *other;
	__u64 best = 0, own = 0, group;
	char text[24];

	if (!minimum || !strcmp(minimum, "0"))
		return;
	for (other = node_find(member->f5->pool, "members")->children; other; other = other->next)
		if (!addr_parse_number(f5_value(other, "priority-group") ?: "0", 65535,
				       &group) && group > best)
			best = group;
	addr_parse_number(member->group ?: "0", 65535, &own);
	snprintf(text, sizeof(text), "%llu", (unsigned long long)(best > own ? best - own : 0));
	if (best > own)
		import_set_backend(member->f5->in, backend, "priority", text, member->line);
}

static void set_state(struct import *in, const struct member *member,
		      struct import_backend *backend)
{
	const char *session = member->session ?: "user-enabled";
	const char *state = member->state ?: "user-up";
	size_t line = member->line;

	if (!strcmp(state, "user-down") || !strcmp(state, "forced-down"))
		import_set_backend(in, backend, "state", "down", line);
	else if (!strcmp(session, "user-disabled"))
		import_set_backend(in, backend, "state", "drain", line);
}

static void set_weight(struct import *in, const struct member *member,
		       struct import_backend *backend, const struct node *object)
{
	const char *mode = f5_value(member->f5->pool, "load-balancing-mode");
	const char *word = member->ratio;

	if (mode && strstr(mode, "node"))
		word = f5_value(object, "ratio");
	if (!word)
		return;
	if (!ratio_counts(member->f5))
		import_approximated(in, member->line,
				    "ratio %s: means nothing to this load-balancing-mode, left out",
				    word);
	else if (addr_parse_number(word, UINT32_MAX, &backend->weight))
		import_refused(in, member->line, "ratio \"%s\": expected a number", word);
}

static bool check_member(const struct member *member, const struct f5_endpoint *endpoint,
			 const char *address)
{
	struct f5 *f5 = member->f5;
	bool changes_port = !f5_has_value(f5->node, "translate-port", "disabled");
	struct lvs_forward forward = { .method = LVS_DR };

	if (endpoint->port < 0) {
		import_refused(f5->in, member->line, "%s: the port is not known, expected a number",
			       address);
		f5->service->refused++;
		return false;
	}
	if (!(f5->service->conf.set & CONF_BIT(method)) &&
	    !lvs_check_forward(f5->in, f5->service, address, &forward, member->line))
		return false;
	/* Without a translation of ports, that of the member has no effect. */
	return !changes_port ||
	       lvs_check_port(f5->in, f5->service, address, endpoint->port, member->line);
}

static void load_member(struct f5 *f5, const struct node *node)
{
	struct member member = { .f5 = f5, .line = node->line };
	struct f5_endpoint endpoint = f5_read_endpoint(node_word(node, 0));
	struct import_backend *backend;
	const struct node *object;
	char name[ADDR_TEXT], *domain;
	char address[ADDR_TEXT];

	node_mark_own(f5->in, node, IMPORT_TRANSLATED);
	node_load_all(f5->in, member_keywords, &member, node, "a member");
	memcpy(name, endpoint.address, sizeof(name));
	object = f5_find(f5, "node", NULL, name);
	snprintf(address, sizeof(address), "%s",
		 member.address ?: f5_value(object, "address") ?: name);
	domain = strchr(address, '%');
	if (domain || endpoint.has_domain)
		import_approximated(f5->in, node->line,
				    "%s: the route domain is left out; a VRF stands behind VIPs, like 192.0.2.80%%NAME",
				    node_word(node, 0));
	if (domain)
		*domain = '\0';
	backend = check_member(&member, &endpoint, address) ?
		  import_backend(f5->in, f5->service, address, node->line) : NULL;
	if (!backend) {
		node_mark(f5->in, node, IMPORT_REFUSED);
		return;
	}
	if (strcmp(name, address))
		snprintf(backend->name, sizeof(backend->name), "%.63s", name);
	/* The outer header cannot have an address of the other family. */
	if (backend->addr.family != f5->service->key.addr.family) {
		import_set_backend(f5->in, backend, "outer-source", "route", node->line);
		import_approximated(f5->in, node->line,
				    "the outer source is the director's, as the client's is of another family");
	}
	set_weight(f5->in, &member, backend, object);
	set_limit(f5->in, backend, member.limit, node->line);
	set_priority(&member, backend);
	set_state(f5->in, &member, backend);
}

static void load_members(struct import *in, void *context, const struct node *node)
{
	struct f5 *f5 = context;
	const struct node *member;

	(void)in;
	for (member = node->children; member; member = member->next)
		load_member(f5, member);
}

void f5_load_pool(struct import *in, void *context, const struct node *node)
{
	const char *name = node_word(node, 1);
	struct f5 *f5 = context;
	const struct node *child;

	f5->pool = f5_find(f5, "pool", NULL, name);
	if (!f5->pool) {
		import_refused(in, node->line, "pool %s: there is no such pool in the file", name);
		return;
	}
	snprintf(f5->service->pool, sizeof(f5->service->pool), "%s", f5_base_name(name));
	node_mark_own(in, f5->pool, IMPORT_TRANSLATED);
	/* Members need to know the method. */
	for (child = f5->pool->children; child; child = child->next)
		if (strcmp(node_word(child, 0), "members"))
			node_load(in, pool_keywords, f5, child, "a pool");
	child = node_find(f5->pool, "members");
	if (child)
		node_load(in, pool_keywords, f5, child, "a pool");
}
