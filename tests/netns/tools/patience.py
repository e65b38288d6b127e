# SPDX-License-Identifier: GPL-2.0-or-later
"""How long a test waits for an event, in seconds, before it fails."""
import os

PATIENCE = int(os.environ["patience"])		# patience.sh has the reasons for it
