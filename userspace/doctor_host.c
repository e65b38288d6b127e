// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Facts for doctor that rtnetlink and nf_dsr do not have: sysctls and offloads of devices,
 * firewall rules, IPVS, and whether the module is installed.
 */
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "doctor.h"

#define SYSCTL "/proc/sys/net/%s/conf/%s/%s"
/* Programs of administrators may not be in the path of a job. */
#define RUN "PATH=$PATH:/usr/sbin:/sbin; export PATH; "

/* Read all of a stream. The caller frees the text. */
static char *read_all(FILE *stream)
{
	size_t size = 0;
	char *text = NULL;

	/* No text has a NUL. */
	if (getdelim(&text, &size, '\0', stream) < 0) {
		free(text);
		return error_check_alloc(strdup(""));
	}
	return text;
}

/* Return the text of a file, which the caller frees, or NULL if it cannot be read. */
static char *read_file(const char *path)
{
	FILE *file = fopen(path, "re");
	char *text;

	if (!file)
		return NULL;
	text = read_all(file);
	fclose(file);
	return text;
}

/* Run a command. Return its output, which the caller frees, and its exit status. */
static char *run(const char *command, int *status)
{
	FILE *pipe = popen(command, "re");
	char *text;

	*status = -1;
	if (!pipe)
		return error_check_alloc(strdup(""));
	text = read_all(pipe);
	*status = pclose(pipe);
	*status = WIFEXITED(*status) ? WEXITSTATUS(*status) : -1;
	return text;
}

/* Read a sysctl of a device; 0 if there is none. */
static int sysctl(const char *family, const char *device, const char *name)
{
	char path[sizeof(SYSCTL) + 3 * DSR_TEXT];
	char *text;
	int value;

	snprintf(path, sizeof(path), SYSCTL, family, device, name);
	text = read_file(path);
	value = text ? atoi(text) : 0;
	free(text);
	return value;
}

/* Return true if the device merges packets by LRO. */
static bool has_lro(int sock, const char *device)
{
	struct ethtool_value value = { .cmd = ETHTOOL_GFLAGS };
	struct ifreq request = { .ifr_data = (void *)&value };

	snprintf(request.ifr_name, sizeof(request.ifr_name), "%.15s", device);
	return !ioctl(sock, SIOCETHTOOL, &request) && value.data & ETH_FLAG_LRO;
}

/* The larger value of all and of the device counts for rp_filter. For accept_local either
 * suffices.
 */
static void get_link(int sock, struct doctor_link *link)
{
	int all = sysctl("ipv4", "all", "rp_filter");
	int own = sysctl("ipv4", link->name, "rp_filter");

	link->rp_filter = own > all ? own : all;
	link->accept_local = sysctl("ipv4", "all", "accept_local") ||
			     sysctl("ipv4", link->name, "accept_local");
	link->forwards[0] = sysctl("ipv4", link->name, "forwarding");
	link->forwards[1] = sysctl("ipv6", link->name, "forwarding");
	link->lro = sock >= 0 && has_lro(sock, link->name);
}

static void get_links(struct doctor_facts *facts)
{
	int sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	size_t i;

	for (i = 0; i < facts->links.n; i++)
		get_link(sock, (struct doctor_link *)list_at(&facts->links, i));
	if (sock >= 0)
		close(sock);
}

static void get_nft(struct doctor_facts *facts)
{
	int status;
	char *text = run(RUN "nft -j list ruleset 2>/dev/null", &status);

	if (status == 127)
		doctor_unseen(facts, "rules of nftables were not looked at: nft is not installed",
			      "apt-get install nftables");
	else if (status || (*text && doctor_parse_nft(&facts->rules, text)))
		doctor_unseen(facts, "rules of nftables were not looked at: nft failed",
			      "nft -j list ruleset");
	free(text);
}

/* The kernel names the tables that iptables-legacy has made. */
static void get_iptables(struct doctor_facts *facts, const char *family, const char *names,
			 const char *command, const char *unseen)
{
	char *text = read_file(names);
	bool any = text && *text;
	int status;

	free(text);
	if (!any)
		return;
	text = run(command, &status);
	if (status)
		doctor_unseen(facts, unseen, "apt-get install iptables");
	else
		doctor_parse_iptables(&facts->rules, family, text);
	free(text);
}

/* The module that speaks IPVS's interface for nf_dsr shows the same services. */
static void get_ipvs(struct doctor_facts *facts)
{
	char *text;

	if (!access("/sys/module/nf_dsr_ipvs", F_OK))
		return;
	text = read_file("/proc/net/ip_vs");
	if (text)
		doctor_parse_ipvs(&facts->ipvs, text);
	free(text);
}

/* A table of a large host has a million lines, which takes a second. */
static void get_tracked(struct doctor_facts *facts)
{
	FILE *file = fopen("/proc/net/nf_conntrack", "re");
	struct doctor_tracked tracked;
	char *line = NULL;
	size_t size = 0;

	if (!file)
		return;
	while (getline(&line, &size, file) >= 0)
		if (!doctor_parse_tracked(&tracked, line))
			doctor_add_tracked(facts, &tracked);
	free(line);
	fclose(file);
}

/* Return true if the module's file is among those of the running kernel. */
static bool is_installed(void)
{
	struct utsname name;
	char path[sizeof(name.release) + 32];
	bool found;
	char *text;

	uname(&name);
	snprintf(path, sizeof(path), "/lib/modules/%s/modules.dep", name.release);
	text = read_file(path);
	found = text && strstr(text, "/nf_dsr.ko");
	free(text);
	return found;
}

void doctor_get_host(struct doctor_facts *facts)
{
	if (facts->module == DOCTOR_MODULE_NOT_LOADED && !is_installed())
		facts->module = DOCTOR_MODULE_NOT_INSTALLED;
	get_links(facts);
	get_nft(facts);
	get_iptables(facts, "ip", "/proc/net/ip_tables_names",
		     RUN "iptables-legacy-save 2>/dev/null",
		     "rules of iptables-legacy were not looked at: it is not installed");
	get_iptables(facts, "ip6", "/proc/net/ip6_tables_names",
		     RUN "ip6tables-legacy-save 2>/dev/null",
		     "rules of ip6tables-legacy were not looked at: it is not installed");
	get_ipvs(facts);
	get_tracked(facts);
}
