// SPDX-License-Identifier: GPL-2.0-or-later
/* The commands about health checks, which dsrd answers. */
#include "ask.h"
#include "control.h"
#include "dsrctl.h"

static const struct out_column service = { "service_name", "SERVICE" };
static const struct out_column name = { "name", "BACKEND" };
static const struct out_column health = { "health", "HEALTH" };
static const struct out_column path = { "path", "PATH", .usual = "none", .spare = 3 };
static const struct out_column host = { "host", "HOST", .usual = "none", .spare = 2 };
static const struct out_column degraded = { "degraded", "LOST", .usual = "", .spare = 5 };
static const struct out_column hold = { "hold", "HOLD", .usual = "", .spare = 4 };
static const struct out_column since = { "since", "SINCE", OUT_RIGHT, .spare = 1 };
static const struct out_column reason = { "reason", "REASON" };
static const struct out_column hint = { "hint", "HINT", .when = OUT_DETAIL };

static const struct out_column *const backend_columns[] = {
	&service, &name, &health, &path, &host, &degraded, &hold, &since, &reason, &hint, NULL
};

static const struct out_column check = { "check", "CHECK" };
static const struct out_column type = { "type", "TYPE", .spare = 2 };
static const struct out_column target = { "target", "TARGET" };
static const struct out_column asks = { "asks", "ASKS" };
static const struct out_column port = { "port", "PORT", OUT_RIGHT, .usual = "", .spare = 4 };
static const struct out_column mark = { "mark", "MARK", OUT_RIGHT, .usual = "", .spare = 3 };
static const struct out_column state = { "state", "STATE" };
static const struct out_column ways = { "ways", "WAYS", OUT_RIGHT, .usual = "", .spare = 5 };
static const struct out_column lost = { "lost", "LOST", OUT_RIGHT, .usual = "", .spare = 5 };
static const struct out_column duration = { "duration", "SECONDS", OUT_RIGHT, .spare = 1 };

static const struct out_column *const check_columns[] = {
	&check, &type, &target, &asks, &port, &mark, &state, &ways, &lost, &duration,
	&reason, NULL
};

static const struct out_column log_time = { "time", "TIME" };
static const struct out_column event = { "event", "EVENT" };

static const struct out_column *const log_columns[] = {
	&log_time, &service, &name, &event, &reason, NULL
};

static int ask(const struct dsrctl *ctl, const struct dsr_args *args, const char *command,
	       const struct out_column *const *columns, struct dsr_error *err)
{
	char line[CONTROL_LINE_MAX], kind[16], vip[ADDR_TEXT], backend[ADDR_TEXT] = "";
	int n = snprintf(line, sizeof(line), "%s", command);

	if (args->operands > 2)
		addr_format(&args->addr, backend, sizeof(backend));
	if (args->operands)
		snprintf(line + n, sizeof(line) - n, " %s %s %s",
			 model_key_kind(&args->key, kind, sizeof(kind)),
			 addr_format_key(&args->key, vip, sizeof(vip)), backend);
	return ask_dsrd(ctl, line, columns, args->operands > 2 ? OUT_DETAIL : 0, err);
}

int cmd_health_show(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err)
{
	return ask(ctl, args, "show", backend_columns, err);
}

int cmd_health_checks(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err)
{
	return ask(ctl, args, "checks", check_columns, err);
}

int cmd_health_log(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err)
{
	return ask(ctl, args, "log", log_columns, err);
}

int cmd_health_run(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err)
{
	return ask(ctl, args, "run", backend_columns, err);
}

int cmd_health_pause(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err)
{
	return ask(ctl, args, "pause", backend_columns, err);
}

int cmd_health_resume(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err)
{
	return ask(ctl, args, "resume", backend_columns, err);
}
