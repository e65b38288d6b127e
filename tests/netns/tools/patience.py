# SPDX-License-Identifier: GPL-2.0-or-later
"""How long one thing may take to happen, in seconds, before a test gives up."""
import os

PATIENCE = int(os.environ["patience"])		# patience.sh says why so long
