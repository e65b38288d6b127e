// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>

#include "control.h"

#define CONTROL_DIR "/run/nf_dsr"

const char *control_path(const char *netns, char *path, size_t size)
{
	snprintf(path, size, CONTROL_DIR "/dsrd%s%s.sock", netns ? "-" : "", netns ? netns : "");
	return path;
}
