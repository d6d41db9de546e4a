"""The training of the network, in steps that a seed fixes."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
import torch
from torch.nn import functional

from reviewer.language.training import examples as made
from reviewer.language.training.examples import Example, Stream, exchanged, strewn, wrapped
from reviewer.language.training.grammar import HEADERS, Grammar
from reviewer.language.training.model import FORGET_RARE, Tagger, forgetting
from reviewer.language.training.people import EVENLY, Counts, People, reserved

SHAPE = {"width": 96, "chars": 64, "pairs": 16, "dilations": (1, 2, 4, 1), "buckets": 1 << made.PAIR_BITS}
LENGTH, BATCH = 256, 64
MARGIN = 16


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and on what a network is trained.

    slope, cooling      the rate falls as if there were `slope` rounds; the last `cooling` ones bring it down to the end
    exchange, pronouns  share of the texts whose names, whose pronouns give way to other names
    openings            share of the texts with one name more, before a verb
    nameless            share of the texts without a name that are read at all
    noise               share of the names in made-up texts that are broken
    clauses             share of the made-up texts that are clauses of dictionary words
    kept                share of the texts that a round reads at all
    forget              how often what was learned of a surname that is not one of the commonest is left out
    evenly              share of made-up names with a surname drawn without regard to how common it is
    strewn              share of the texts with stray signs between the words
    wrapped             share of the texts whose lines are broken at a fixed width
    """

    rounds: int
    slope: int = 0
    cooling: int = 0
    rate: float = 3e-3
    exchange: float = 0.5
    pronouns: float = 0.3
    openings: float = 0.15
    nameless: float = 0.7
    generated: int = 36000
    addresses: int = 2500
    noise: float = 0.025
    strewn: float = 0.05
    wrapped: float = 0.1
    clauses: float = 0.12
    kept: float = 1.0
    forget: float = FORGET_RARE
    evenly: float = EVENLY
    seed: int = 1

    def share(self, done: float) -> float:
        """The share of the rate after so many rounds: half a wave of the cosine, from 1 to 0.02."""
        cooling = not self.slope or int(done) >= self.rounds - self.cooling
        return 0.02 + 0.49 * (1 + math.cos(math.pi * done / (self.rounds if cooling else self.slope)))


def new_network(*, dropout: float = 0.2) -> Tagger:
    """A network that knows nothing but the facts."""
    facts, pair_facts = torch.from_numpy(made.facts()), torch.from_numpy(made.pair_facts())
    return Tagger(facts, pair_facts, dropout=dropout, **SHAPE)


def stream(
    plan: Plan, texts: Sequence[Example], addresses: Sequence[Example], counts: Counts, random: Random
) -> Stream:
    """What one round of training reads: texts with other names, addresses, made-up texts."""
    people = People(random, counts, evenly=plan.evenly)
    chosen = []
    for example in texts:
        if plan.kept < 1 and random.random() >= plan.kept:
            continue
        pronouns = bool(example.pronouns) and random.random() < plan.pronouns
        openings = (
            random.sample(example.openings, 1) if example.openings and random.random() < plan.openings else ()
        )
        if not example.names and not pronouns and not openings and random.random() > plan.nameless:
            continue
        anew = random.random() < plan.exchange
        held = any(reserved(example.text[start:end]) for start, end in example.names)
        if pronouns or openings or anew or held:
            example = exchanged(example, people, only_reserved=not anew, pronouns=pronouns, openings=openings)
        chosen.append(example)
    chosen += random.sample(list(addresses), min(plan.addresses, len(addresses)))
    grammar = Grammar(random, people, "training", noise=plan.noise, clauses=plan.clauses)
    chosen += [grammar.example(HEADERS) for _ in range(plan.generated)]
    chosen = [strewn(one, random) if random.random() < plan.strewn else one for one in chosen]
    chosen = [wrapped(one, random) if random.random() < plan.wrapped else one for one in chosen]
    random.shuffle(chosen)
    return Stream(chosen)


def train(plan: Plan, texts: Sequence[Example], addresses: Sequence[Example], counts: Counts, *,
          keep: Path, told: Callable[[Tagger, str], None], begin: Tagger | None = None) -> Tagger:  # fmt: skip
    """A trained network: the running mean of its weights. An interrupted run goes on from the checkpoint `keep`.

    begin  the network whose weights it starts from
    """
    torch.manual_seed(plan.seed)
    network = new_network()
    if begin is not None:
        network.load_state_dict(begin.state_dict())
    network.rates.copy_(forgetting(network.facts, plan.forget))
    mean = {name: value.clone() for name, value in network.state_dict().items()}
    optimiser = torch.optim.AdamW(
        network.parameters(), lr=plan.rate, weight_decay=0.01, betas=(0.9, 0.98), fused=True
    )
    step = first = 0
    if keep.exists():
        saved = torch.load(keep, weights_only=False)
        network.load_state_dict(saved["network"])
        optimiser.load_state_dict(saved["optimiser"])
        mean, step, first = saved["mean"], saved["step"], saved["round"]
    for number in range(first, plan.rounds):
        started = time.process_time()
        torch.manual_seed(plan.seed * 1000 + number)
        random = Random(plan.seed * 1000 + number)
        read = stream(plan, texts, addresses, counts, random)
        strange = _unseen(read)
        batches = _batches(read, random)
        network.train()
        losses = 0.0
        for place, (ids, pairs, tags) in enumerate(batches):
            rate = plan.rate * min(1, (step + 1) / 100) * plan.share(number + place / len(batches))
            for group in optimiser.param_groups:
                group["lr"] = rate
            losses += _step(network, optimiser, ids, pairs, tags)
            step += 1
            share = 1 - min(0.998, step / (step + 50))
            with torch.no_grad():
                for name, value in network.state_dict().items():
                    mean[name].lerp_(value, share)
        torch.save(
            {
                "network": network.state_dict(),
                "optimiser": optimiser.state_dict(),
                "mean": mean,
                "step": step,
                "round": number + 1,
            },
            keep,
        )
        told(
            _with(mean, strange),
            f"round {number + 1}: loss {losses / len(batches):.4f}, {time.process_time() - started:.0f} s",
        )
    return _with(mean, _unseen(stream(plan, texts, addresses, counts, Random(plan.seed))))


def _unseen(read: Stream) -> tuple[torch.Tensor, torch.Tensor]:
    numbers, buckets = made.unseen(read)
    return torch.from_numpy(numbers).long(), torch.from_numpy(buckets).long()


def _with(state: dict[str, torch.Tensor], strange: tuple[torch.Tensor, torch.Tensor]) -> Tagger:
    """A network with these weights, for judging; of the `strange` surnames only the facts are left."""
    network = new_network()
    network.load_state_dict(state)
    network.forget(*strange)
    return network.eval()


def _batches(read: Stream, random: Random) -> list[tuple[torch.Tensor, torch.Tensor, torch.Tensor]]:
    """The stream in pieces of LENGTH, BATCH of them at once, in another order."""
    offset = random.randrange(LENGTH)
    number = (len(read.ids) - offset) // LENGTH
    rows = [
        torch.from_numpy(row[offset : offset + number * LENGTH].reshape(number, LENGTH))
        for row in (read.ids, read.pairs, read.tags)
    ]
    order = torch.randperm(number)
    return [
        tuple(row[order[start : start + BATCH]].long() for row in rows)
        for start in range(0, number - BATCH + 1, BATCH)
    ]  # type: ignore[misc]


def _step(
    network: Tagger,
    optimiser: torch.optim.Optimizer,
    ids: torch.Tensor,
    pairs: torch.Tensor,
    tags: torch.Tensor,
) -> float:
    with torch.autocast("cpu", torch.bfloat16):
        scores = network(ids, pairs)
    loss = functional.cross_entropy(
        scores.float().flatten(0, 1), tags.flatten(), ignore_index=made.IGNORED, label_smoothing=0.01
    )
    optimiser.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    optimiser.step()
    return float(loss.item())


def judged(network: Tagger, text: str) -> np.ndarray:
    """The logarithms of the tags' probabilities for each character of a text, [length, 5]."""
    return judged_ids(network, Stream([Example(text, ())]).ids)[1:-1]


def judged_ids(network: Tagger, numbers: np.ndarray) -> np.ndarray:
    """The same for characters that are numbers already."""
    ids, pairs = torch.from_numpy(numbers).long(), torch.from_numpy(made.pairs_of(numbers)).long()
    parts = []
    with torch.no_grad():
        for start in range(0, len(ids), 8192):
            low, high = max(0, start - MARGIN), min(len(ids), start + 8192 + MARGIN)
            with torch.autocast("cpu", torch.bfloat16):
                scores = network(ids[None, low:high], pairs[None, low:high])[0].float()
            parts.append(functional.log_softmax(scores, dim=1)[start - low : start - low + 8192])
    return torch.cat(parts).numpy()
