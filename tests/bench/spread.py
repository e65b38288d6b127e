# SPDX-License-Identifier: GPL-2.0-or-later
"""Ratios of what was measured in the same round, and how far they spread. A machine whose
speed changes between rounds changes both sides of such a ratio. Pure."""
import statistics

# Rounds go on until the middle half of the ratios is no wider than this.
NARROW = 0.03


def by_round(samples, **dimensions):
    """Values by round, of those samples that have all of these."""
    wanted = dimensions.items()
    return {sample["round"]: sample["value"] for sample in samples if wanted <= sample.items()}


def within_rounds(above, below):
    """One ratio for each round that has both."""
    return {number: above[number] / below[number] for number in above if below.get(number)}


def middle(ratios):
    """Median, and the width of the middle half; None where there is too little for it."""
    values = list(ratios.values())
    if len(values) < 2:
        return (values[0] if values else None), None
    low, median, high = statistics.quantiles(values, n=4, method="inclusive")
    return median, high - low


def bulk(samples):
    return within_rounds(by_round(samples, metric="bulk", peer="l2"),
                         by_round(samples, metric="bulk", peer="forward"))


def speedup(samples):
    """Of l2, over forward's. What stands next to each other in time is divided first."""
    one, two = (within_rounds(by_round(samples, metric="throughput", peer="l2", cpus=cpus),
                              by_round(samples, metric="throughput", peer="forward", cpus=cpus))
                for cpus in (1, 2))
    return within_rounds(two, one)


def is_enough(ratios, least):
    """Is their spread narrow, after that many rounds at least?"""
    _, width = middle(ratios)
    return len(ratios) >= least and width is not None and width <= NARROW


def in_turn(peers, number):
    """The peers of a round: neighbours stay neighbours, and who is first changes."""
    return peers[::-1] if number % 2 else peers
