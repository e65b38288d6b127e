// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The tables of the global options, the objects and their commands, see grammar.h.
 * keyword*.c and operand_device.c contain the operands and keywords.
 */
#include <linux/netlink.h>
#include <string.h>

#include "dsrctl.h"
#include "grammar.h"

const struct dsr_option grammar_options[] = {
	{ 'j', "json", NULL, NULL, "print JSON" },
	{ 'p', "pretty", NULL, NULL, "indent the JSON" },
	{ 's', "stats", NULL, NULL, "show the counters, too" },
	{ 'i', "interval", "SECONDS", NULL, "show rates in each interval; needs -s, or top" },
	{ 'c', "count", "NUMBER", NULL, "end after this number of intervals" },
	{ 't', "timestamp", NULL, NULL, "monitor: print the time of each event" },
	{ 'T', "tshort", NULL, NULL, "the same in a shorter form; also -ts" },
	{ 'w', "wide", NULL, NULL, "show all columns, however wide the table is" },
	{ 'n', "netns", "NAME", "/run/netns/", "act on this network namespace" },
	{ 'b', "batch", "FILE", "", "run the commands in FILE (- for standard input)" },
	{ 'a', "atomic", NULL, NULL, "run the batch as one transaction" },
	{
		'g', "generation", "NUMBER", NULL,
		"run the batch only if the configuration has this generation"
	},
	{ 'V', "version", NULL, NULL, "print the version" },
	{ 'h', "help", NULL, NULL, "print this text" },
	{ 0 }
};

static const struct dsr_command service_commands[] = {
	{
		"add", "add a service that does not exist yet", 2, 2,
		NULL, false, NLM_F_CREATE | NLM_F_EXCL, cmd_service_set,
		.options = CONF_SERVICE
	}, {
		"change", "change the given options of a service that exists", 2, 2,
		NULL, true, NLM_F_REPLACE, cmd_service_set,
		.options = CONF_SERVICE
	}, {
		"replace", "add a service, or reset the options that are not given", 2, 2,
		NULL, false, NLM_F_CREATE | NLM_F_REPLACE, cmd_service_set,
		.options = CONF_SERVICE
	}, {
		"del", "delete a service, its backends and their flows", 2, 2,
		NULL, false, 0, cmd_service_del
	}, {
		"destroy", "delete a service if it exists", 2, 2,
		NULL, false, 0, cmd_service_destroy
	}, {
		"show", "show one service, or those that meet all conditions", 0, 2,
		grammar_service_filters, false, 0, cmd_service_show,
		.rates = RATES_OF_STATS
	},
	{ 0 }
};

static const struct dsr_command backend_commands[] = {
	{
		"add", "add a backend that does not exist yet", 3, 3,
		NULL, false, NLM_F_CREATE | NLM_F_EXCL, cmd_backend_set,
		.options = CONF_BACKEND
	}, {
		"change", "change the given options of a backend that exists", 3, 3,
		NULL, true, NLM_F_REPLACE, cmd_backend_set,
		.options = CONF_BACKEND
	}, {
		"replace", "add a backend, or reset the options that are not given", 3, 3,
		NULL, false, NLM_F_CREATE | NLM_F_REPLACE, cmd_backend_set,
		.options = CONF_BACKEND
	}, {
		"del", "delete a backend", 3, 3,
		NULL, false, 0, cmd_backend_del
	}, {
		"destroy", "delete a backend if it exists", 3, 3,
		NULL, false, 0, cmd_backend_destroy
	}, {
		"show", "show one backend, or those that meet all conditions", 0, 3,
		grammar_backend_filters, false, 0, cmd_backend_show,
		.rates = RATES_OF_STATS
	},
	{ 0 }
};

static const struct dsr_command flow_commands[] = {
	{
		"show", "show all flows, or those that meet all conditions", 0, 3,
		grammar_flow_filters, false, 0, cmd_flow_show
	}, {
		"flush", "forget all flows, or those of a service or backend", 0, 3,
		NULL, false, 0, cmd_flow_flush
	}, {
		"count", "count all flows, or those that meet all conditions", 0, 3,
		grammar_flow_filters, false, 0, cmd_flow_count
	}, {
		"add", "remember a flow that was remembered before", 3, 3,
		grammar_flow_keywords, true, 0, cmd_flow_add
	}, {
		"export", "print the commands that add all flows, or those of a service", 0, 3,
		grammar_flow_filters, false, 0, cmd_flow_export
	}, {
		"import", "run such commands", 0, 1,
		NULL, false, 0, cmd_flow_import, grammar_flow_file_operands
	},
	{ 0 }
};

static const struct dsr_command device_commands[] = {
	{
		"add", "handle the packets of a device at its ingress hook", 1, 1,
		NULL, false, NLM_F_CREATE | NLM_F_EXCL, cmd_device_add, grammar_device_operands
	}, {
		"replace", "the same, even if the device was added already", 1, 1,
		NULL, false, NLM_F_CREATE | NLM_F_REPLACE, cmd_device_replace,
		grammar_device_operands
	}, {
		"del", "handle the packets of a device at PREROUTING again", 1, 1,
		NULL, false, 0, cmd_device_del, grammar_device_operands
	}, {
		"destroy", "the same, even if the device was not added", 1, 1,
		NULL, false, 0, cmd_device_destroy, grammar_device_operands
	}, {
		"show", "show one of these devices, or all", 0, 1,
		NULL, false, 0, cmd_device_show, grammar_device_operands
	},
	{ 0 }
};

static const struct dsr_command stats_commands[] = {
	{
		"show", "show the totals, and the packets for each drop reason", 0, 0,
		grammar_stats_keywords, false, 0, cmd_stats_show
	},
	{ 0 }
};

static const struct dsr_command top_commands[] = {
	{
		NULL, "show rates and shares again and again, on a terminal or as plain text", 0, 0,
		grammar_top_keywords, false, 0, cmd_top, .rates = ALWAYS_RATES
	},
	{ 0 }
};

static const struct dsr_command metrics_commands[] = {
	{
		NULL, "print all counters and states for Prometheus, or replace a file", 0, 0,
		grammar_metrics_keywords, false, 0, cmd_metrics
	},
	{ 0 }
};

static const struct dsr_command trace_commands[] = {
	{
		NULL, "show what would happen to a packet that comes in now", 3, 3,
		grammar_trace_keywords, false, 0, cmd_trace, grammar_trace_operands
	}, {
		"--live", "follow the packets that meet all conditions", 0, 0,
		grammar_live_keywords, false, 0, cmd_trace_live
	},
	{ 0 }
};

static const struct dsr_command doctor_commands[] = {
	{
		NULL, "print what breaks direct server return on this machine, with cures", 0, 0,
		NULL, false, 0, cmd_doctor,
		.offline = true
	},
	{ 0 }
};

/* A command that dsrd answers. */
#define HEALTH(name, help, max_operands, run) { \
		name, help, 0, max_operands, NULL, false, 0, run, .offline = true \
	}

static const struct dsr_command health_commands[] = {
	HEALTH("show", "show what checks find of all backends, of a service's, or of one", 3,
	       cmd_health_show),
	HEALTH("checks", "show the single checks, each with its last result", 3,
	       cmd_health_checks),
	HEALTH("log", "show the last changes, with their reasons", 0, cmd_health_log),
	HEALTH("run", "check now, and show what that finds", 3, cmd_health_run),
	HEALTH("pause", "check no more, and leave the health in the kernel as it is", 3,
	       cmd_health_pause),
	HEALTH("resume", "check again, and end the brake for mass failures", 3,
	       cmd_health_resume),
	{ 0 }
};

#define ANNOUNCE(name, help, run) { \
		name, help, 0, 1, NULL, false, 0, run, grammar_vip_operands, .offline = true \
	}

static const struct dsr_command announce_commands[] = {
	ANNOUNCE("show", "show the VIPs that dsrd announces or withdraws, and why",
		 cmd_announce_show),
	ANNOUNCE("drain", "give a VIP a worse metric, and then no route, until it is resumed",
		 cmd_announce_drain),
	ANNOUNCE("resume", "announce a VIP again that was drained", cmd_announce_resume),
	{ 0 }
};

static const struct dsr_command monitor_commands[] = {
	{
		NULL, "print changes of services, backends and devices as they happen", 0, 0,
		NULL, false, 0, cmd_monitor
	}, {
		"flow", "print flows that begin and end, all or one of N", 0, 0,
		grammar_flow_event_keywords, false, 0, cmd_monitor_flow
	},
	{ 0 }
};

static const struct dsr_command save_commands[] = {
	{
		NULL, "print the configuration as commands for a batch", 0, 0,
		NULL, false, 0, cmd_save
	},
	{ 0 }
};

static const struct dsr_command check_commands[] = {
	{
		NULL, "report all errors of a configuration file", 1, 1,
		NULL, false, 0, cmd_check, grammar_file_operands, .offline = true
	},
	{ 0 }
};

static const struct dsr_command diff_commands[] = {
	{
		NULL, "show how a configuration file and the kernel differ", 0, 1,
		grammar_diff_keywords, false, 0, cmd_diff, grammar_file_operands
	},
	{ 0 }
};

static const struct dsr_command apply_commands[] = {
	{
		NULL, "make the kernel's configuration that of a file", 0, 1,
		grammar_apply_keywords, false, 0, cmd_apply, grammar_file_operands
	},
	{ 0 }
};

static const struct dsr_command confirm_commands[] = {
	{
		NULL, "keep the change that waits for its confirmation", 0, 0,
		NULL, false, 0, cmd_confirm, .offline = true
	},
	{ 0 }
};

static const struct dsr_command rollback_commands[] = {
	{
		NULL, "undo the change that waits, or apply a file of the history", 0, 1,
		grammar_rollback_keywords, false, 0, cmd_rollback, grammar_history_operands
	},
	{ 0 }
};

static const struct dsr_command restore_commands[] = {
	{
		NULL, "apply the file that was confirmed last", 0, 0,
		NULL, false, 0, cmd_restore
	},
	{ 0 }
};

static const struct dsr_command history_commands[] = {
	{
		NULL, "list the files that were applied", 0, 0,
		NULL, false, 0, cmd_history, .offline = true
	},
	{ 0 }
};

static const struct dsr_command export_commands[] = {
	{
		NULL, "print the configuration as a file", 0, 0,
		NULL, false, 0, cmd_export
	},
	{ 0 }
};

static const struct dsr_command schema_commands[] = {
	{
		NULL, "print the JSON Schema of configuration files", 0, 0,
		NULL, false, 0, cmd_schema, .offline = true
	},
	{ 0 }
};

static const struct dsr_command preview_commands[] = {
	{
		NULL, "show what a file, or the words of a command, would change for flows", 0, 1,
		grammar_diff_keywords, false, 0, cmd_preview, grammar_preview_operands
	},
	{ 0 }
};

#define IMPORT(name, help, keywords, run) { \
		name, help, 1, 1, keywords, false, 0, run, grammar_import_operands, \
		.offline = true \
	}

static const struct dsr_command import_commands[] = {
	IMPORT("ipvs", "make a file from what \"ipvsadm -S -n\" prints",
	       grammar_import_keywords, cmd_import_ipvs),
	IMPORT("keepalived", "make a file from keepalived.conf",
	       grammar_keepalived_keywords, cmd_import_keepalived),
	IMPORT("f5", "make a file from F5's bigip.conf",
	       grammar_import_keywords, cmd_import_f5),
	IMPORT("ace", "make a file from the running-config of Cisco ACE",
	       grammar_import_keywords, cmd_import_ace),
	IMPORT("dsr.conf", "make a file from dsr.conf of L3DSR's servers",
	       grammar_dsr_conf_keywords, cmd_import_dsr_conf),
	{ 0 }
};

static const struct dsr_command flush_commands[] = {
	{
		NULL, "delete all services, their backends and flows", 0, 0,
		NULL, false, 0, cmd_flush
	},
	{ 0 }
};

const struct dsr_object grammar_objects[] = {
	{ "service", "what is matched: a VIP with protocol and ports", service_commands },
	{ "backend", "a real server inside one service", backend_commands },
	{ "flow", "one remembered client connection", flow_commands },
	{ "device", "a device with packets handled at its ingress hook", device_commands },
	{ "stats", "totals of the network namespace", stats_commands },
	{ "top", "rates and shares of services and backends", top_commands },
	{ "metrics", "counters and states for Prometheus", metrics_commands },
	{ "trace", "what would happen to a packet, or happens to packets", trace_commands },
	{ "doctor", "what breaks direct server return", doctor_commands },
	{ "health", "what the health checks of dsrd find", health_commands },
	{ "announce", "the VIPs that dsrd announces by routes", announce_commands },
	{ "monitor", "changes as they happen", monitor_commands },
	{ "flush", "deletion of all services", flush_commands },
	{ "save", "the configuration as commands", save_commands },
	{ "check", "errors of a configuration file", check_commands },
	{ "diff", "differences from a configuration file", diff_commands },
	{ "apply", "a configuration file takes effect", apply_commands },
	{ "confirm", "a change takes effect for good", confirm_commands },
	{ "rollback", "a change is undone", rollback_commands },
	{ "restore", "the confirmed file takes effect", restore_commands },
	{ "history", "files that took effect", history_commands },
	{ "export", "the configuration as a file", export_commands },
	{ "preview", "what a change would mean for flows", preview_commands },
	{ "schema", "the format of these files, for editors", schema_commands },
	{ "import", "the configuration of another program", import_commands },
	{ 0 }
};

const struct dsr_object *grammar_object(const char *name)
{
	const struct dsr_object *object;

	for (object = grammar_objects; object->name; object++)
		if (!strcmp(object->name, name))
			return object;
	return NULL;
}

const struct dsr_command *grammar_command(const struct dsr_object *object, const char *name)
{
	const struct dsr_command *command;

	for (command = object->commands; command->run; command++)
		if (command->name && !strcmp(command->name, name))
			return command;
	return NULL;
}

const struct dsr_operand *grammar_operand(const struct dsr_command *command, int i)
{
	return command->operands ? &command->operands[i] : &grammar_operands[i];
}

bool grammar_ends_operands(const struct dsr_command *command, int operands, const char *word)
{
	/* A protocol without a VIP does not name a service. */
	return operands >= command->min_operands && operands != 1 &&
	       (!word || grammar_keyword(command, word) >= 0);
}

const struct dsr_keyword *grammar_keyword_at(const struct dsr_command *command, int i)
{
	if (command->options)
		return grammar_option_keyword(command->options, i);
	return command->keywords ? command->keywords[i] : NULL;
}

int grammar_keyword(const struct dsr_command *command, const char *name)
{
	const struct dsr_keyword *keyword;
	int i;

	for (i = 0; (keyword = grammar_keyword_at(command, i)); i++)
		if (!strcmp(keyword->name, name))
			return i;
	return -1;
}
