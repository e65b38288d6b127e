# SPDX-License-Identifier: GPL-2.0-or-later
"""The targets of nf_dsr, as ratios: ratios of medians of one run, or medians of the ratios of
rounds."""
import dataclasses
import statistics

import spread

SIZES = (1, 1000, 60000, 1000000)


class Samples:
    """All samples of a run."""

    def __init__(self, samples):
        self.samples = samples
        self.known = {}

    def median(self, metric, peer, **dimensions):
        """Return the median of the samples that match, or None if there are none."""
        key = (metric, peer, *sorted(dimensions.items()))
        if key not in self.known:
            wanted = {"metric": metric, "peer": peer, **dimensions}.items()
            values = [sample["value"] for sample in self.samples if wanted <= sample.items()]
            self.known[key] = statistics.median(values) if values else None
        return self.known[key]

    def most(self, metric, dimension):
        """Return the largest value of a dimension that was measured, or 0."""
        return max((sample[dimension] for sample in self.samples
                    if sample["metric"] == metric), default=0)

    def cost(self, peer, part="established", **dimensions):
        return self.median("cost", peer, part=part, **dimensions)

    def above(self, peer, **dimensions):
        """Return the cost above the floor."""
        return less(self.cost(peer, **dimensions), self.cost("drop", **dimensions))


def less(value, floor):
    return None if value is None or floor is None else value - floor


def over(value, other):
    """Return a ratio, or None if a value is missing or noise left no positive divisor."""
    return None if value is None or other is None or other <= 0 else value / other


@dataclasses.dataclass(frozen=True)
class Ratio:
    """A target. aim is None if there is no aim beyond the requirement, must. spread is the
    width of the middle half of the rounds' ratios, for targets that are computed by round."""
    name: str
    value: float | None
    must: float
    aim: float | None = None
    higher_is_better: bool = False
    spread: float | None = None
    rounds: int | None = None

    def reaches(self, bound):
        if self.value is None or bound is None:
            return False
        return self.value >= bound if self.higher_is_better else self.value <= bound

    def verdict(self):
        if self.value is None:
            return "not measured"
        if self.aim is not None and self.reaches(self.aim):
            return "as aimed"
        return "met" if self.reaches(self.must) else "MISSED"


def costs(samples):
    """Yield the targets for the cost of a packet, relative to the peers."""
    for flows in SIZES:
        def above(peer, flows=flows):
            return samples.above(peer, flows=flows)

        def cost(peer, flows=flows):
            return samples.cost(peer, flows=flows)

        yield Ratio(f"l2 / ipvs-dr, above the floor, {flows} flows",
                    over(above("l2"), above("ipvs-dr")), 0.45, 0.25)
        yield Ratio(f"ipip / ipvs-tun, above the floor, {flows} flows",
                    over(above("ipip"), above("ipvs-tun")), 0.50, 0.30)
        yield Ratio(f"l2 / forward, {flows} flows", over(cost("l2"), cost("forward")), 1, 0.80)
    yield Ratio("l2-by-ipvsadm / l2, above the floor, 60000 flows",
                over(samples.above("l2-by-ipvsadm", flows=60000), samples.above("l2", flows=60000)),
                1.05, 1.0)
    yield Ratio("l2 / fwd, 60000 flows",
                over(samples.cost("l2", flows=60000), samples.cost("fwd", flows=60000)),
                1.40, 1.10)
    yield Ratio("l2 / ipvs-dr, above the floor, a new flow per packet",
                over(samples.above("l2", part="syn"), samples.above("ipvs-dr", part="syn")),
                0.35, 0.20)
    yield Ratio("l2 at 1000000 flows / at 1 flow, above the floor",
                over(samples.above("l2", flows=1000000), samples.above("l2", flows=1)),
                2.0, 1.3)


def emulated(name, ratios, must, aim):
    """Return a target that is the median of rounds' ratios: in emulation, the speed of the
    machine changes between rounds."""
    value, width = spread.middle(ratios)
    return Ratio(name, value, must, aim, True, width, len(ratios))


def targets(samples):
    """Return all targets, one for each requirement and size."""
    return [
        *costs(samples),
        Ratio("bytes of kernel memory per IPv4 flow",
              samples.median("memory", "nf_dsr", means="objects"), 128, 72),
        Ratio(f"loading {samples.most('load', 'services')} services x 100 backends, "
              "dsrctl / ipvsadm",
              over(samples.median("load", "dsrctl", scheduler="maglev"),
                   samples.median("load", "ipvsadm", scheduler="mh")), 0.20, 0.05),
        emulated("l2 on 2 processors / 1, over forward's", spread.speedup(samples.samples),
                 0.97, 1.02),
        emulated("bulk TCP, l2 / forward", spread.bulk(samples.samples), 1.0, None),
    ]
