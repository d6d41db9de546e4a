"""From the trained network to the file that ships: small numbers, and the proposer in front of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

from reviewer.language.tagger import Proposer, decoded
from reviewer.language.training.examples import facts, letters
from reviewer.language.training.model import Tagger, forgetting

DOUBLE_BITS = 15
MISSED = 0.003
"""share of the names that the proposer may leave out"""

Arrays = dict[str, np.ndarray]


def network(model: Tagger) -> Arrays:
    """The network's arrays as the tagger reads them; sigmoid is written as tanh."""
    with torch.no_grad():
        chars = (model.chars.weight + model.facts @ model.known.weight.T).numpy()
        enter = model.enter.weight.T.numpy()
        size = chars.shape[1]
        arrays: Arrays = {
            "letters": np.array(letters()),
            "enter_letters": enter[:size].astype(np.float16),
            "enter": enter[size:].astype(np.float16),
            "enter_bias": model.enter.bias.numpy().astype(np.float16),
            "dilations": np.array(model.dilations, np.int8),
            "leave": model.leave.weight.T.numpy().astype(np.float16),
            "leave_bias": model.leave.bias.numpy().astype(np.float16),
        }
        arrays["letters8"], arrays["letters_scale"] = eighths(chars)
        arrays["pairs8"], arrays["pairs_scale"] = eighths(
            (model.pairs.weight + model.pair_facts @ model.known_pairs.weight.T).numpy()
        )
        for number, layer in enumerate(model.layers):
            arrays[f"layer{number}"] = (layer.weight.permute(2, 1, 0).numpy() / 2).astype(np.float16)
            arrays[f"bias{number}"] = (layer.bias.numpy() / 2).astype(np.float16)
    return arrays


def eighths(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A table as numbers of eight bits, and the scale of each column; what lies far out is cut."""
    top = np.quantile(np.abs(table), 0.9995, axis=0, keepdims=True) + 1e-6
    scale = (top / 127).astype(np.float16)
    return np.clip(np.round(table / scale.astype(np.float32)), -127, 127).astype(np.int8), scale


def proposer(
    ids: np.ndarray, odds: np.ndarray, strange: torch.Tensor, *, steps: int = 1200, seed: int = 1
) -> Arrays:
    """A linear model for "a name begins here", trained on what the network says of a stream.

    Every fourth character of a name counts as a beginning, the others of its characters do not count at all. As in
    the network, characters have facts beside what is learned of themselves, which of the strange ones is left out.
    """
    torch.manual_seed(seed)
    names = decoded(odds, -2.0)
    wanted, counts = np.zeros(len(ids), np.float32), np.ones(len(ids), np.float32)
    for start, end, _ in names:
        counts[start:end] = 0
        wanted[start:end:4] = counts[start:end:4] = 1
    columns = [
        torch.from_numpy(row.astype(np.int32))
        for row in Proposer.features(ids.astype(np.uint16), DOUBLE_BITS)
    ]
    target, weight = torch.from_numpy(wanted[3:-3]), torch.from_numpy(counts[3:-3])
    known = torch.from_numpy(facts())
    rates = forgetting(known)
    tables = [torch.zeros(size, requires_grad=True) for size in [len(known)] * 6 + [1 << DOUBLE_BITS] * 9]
    told = torch.zeros((known.shape[1], 6), requires_grad=True)
    bias = torch.zeros(1, requires_grad=True)
    optimiser = torch.optim.Adam([*tables, told, bias], lr=0.05)
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = 0.05 * (1 - step / steps)
        chosen = torch.randint(0, len(target), (1 << 15,))
        by_facts = known @ told
        score = bias
        for place, (table, column) in enumerate(zip(tables, columns, strict=True)):
            feature = column[chosen]
            if place < 6:
                kept = torch.rand(len(feature)) >= rates[feature]
                score = score + table[feature] * kept + by_facts[feature, place]
            else:
                score = score + table[feature]
        losses = functional.binary_cross_entropy_with_logits(
            score, target[chosen], reduction="none", pos_weight=torch.tensor(3.0)
        )
        loss = (losses * weight[chosen]).mean() + 1e-6 * sum((table**2).sum() for table in tables)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    with torch.no_grad():
        for place, table in enumerate(tables[:6]):
            table[strange] = 0
            table += (known @ told)[:, place]
    small = [np.clip(np.round(table.detach().numpy() * 16), -127, 127).astype(np.int8) for table in tables]
    return {
        "propose1": np.stack(small[:6]),
        "propose2": np.stack(small[6:11]),
        "propose3": np.stack(small[11:]),
    }


def threshold(arrays: Arrays, ids: np.ndarray, odds: np.ndarray, missed: float) -> int:
    """The proposer's threshold at which that share of a stream's names goes unseen; prints what it costs."""
    chooser = Proposer(arrays | {"propose_at": np.array(0)})
    scores = chooser.scores(ids.astype(np.uint16))
    best = np.sort(
        [scores[max(0, s - 3) : e - 3].max() for s, e, _ in decoded(odds, 0.0) if 3 <= s < len(scores)]
    )
    at = int(best[int(len(best) * missed)]) - 1
    print(f"proposer: {float((scores > at).mean()):.4f} of the characters above {at}")
    return at


def write(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    """The file; the same arrays give the same bytes."""
    np.savez(path, **{name: arrays[name] for name in sorted(arrays)})
