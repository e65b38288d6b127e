// SPDX-License-Identifier: GPL-2.0-or-later
#include <stddef.h>
#include <string.h>

#include "dsrd/assets.h"

/* Each is a file as a string of C, see the Makefile. */
static const char style[] =
#include "style.css.inc"
;

static const char script[] =
#include "script.js.inc"
;

static const char icon[] =
#include "icon.svg.inc"
;

static const struct asset assets[] = {
	{ "/style.css", "text/css; charset=utf-8", style },
	{ "/script.js", "text/javascript; charset=utf-8", script },
	{ "/icon.svg", "image/svg+xml", icon },
	{ 0 }
};

const struct asset *asset_find(const char *path)
{
	const struct asset *asset = assets;

	while (asset->path && strcmp(asset->path, path))
		asset++;
	return asset->path ? asset : NULL;
}
