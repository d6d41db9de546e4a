"""Rebuild the weights: `python -m reviewer.language.training --data DIR --out reviewer/language/data/names.npz`.

DIR holds ner/*.jsonl. Labelling by the teacher, made-up texts, training, packing and scoring follow one another; what
is done is kept in --work, so that an interrupted run goes on. With one thread it takes about 40 minutes.
"""

from __future__ import annotations

import argparse
import hashlib
from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import torch

from reviewer.language.tagger import CERTAIN, WEIGHTS, NameTagger, decoded
from reviewer.language.training import corpora, export, labels, score, train
from reviewer.language.training.examples import Example, unseen
from reviewer.language.training.model import Tagger
from reviewer.language.training.people import Counts, count
from reviewer.language.training.train import Plan, judged

FIRST = Plan(rounds=3, generated=20000, seed=1)
SECOND = Plan(rounds=13, slope=17, cooling=2, rate=2.5e-3, seed=2)
THIRD = Plan(rounds=8, rate=1.2e-3, generated=24000, kept=0.6, clauses=0.03, forget=0.65, evenly=0.6, seed=3)
TOLD = 3
"""of the held-out texts of the corpora one in so many is measured after each round"""
WEB = ("cluener.train", "weibo.dev", "weibo.train")
"""corpora of the web, read twice as often in the end: there are few of them"""


def main() -> None:
    """Run the stages that --work does not hold yet."""
    parser = argparse.ArgumentParser(
        prog="python -m reviewer.language.training", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with ner/*.jsonl")
    parser.add_argument("--out", type=Path, default=WEIGHTS, help="file of the weights")
    parser.add_argument(
        "--work", type=Path, default=Path("training-work"), help="folder for what is done already"
    )
    parser.add_argument(
        "--gold", action="store_true", help="train on people's labels instead: only to be measured"
    )
    parser.add_argument("--score", action="store_true", help="only score the weights in --out")
    parser.add_argument(
        "--write-tests", type=Path, metavar="DIR", help="only write the made-up texts for `reviewer evaluate`"
    )
    parser.add_argument("--seed", type=int, default=score.SEED, help="which draw --write-tests writes")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    asked.work.mkdir(parents=True, exist_ok=True)
    texts, addresses = _labelled(asked.data, asked.work, gold=asked.gold)
    counts = count(text.text[start:end] for text in texts for start, end in text.names)
    if asked.write_tests:
        for path in score.write_tests(asked.write_tests, counts, asked.seed):
            print(path)
        return
    if not asked.score:
        network = _trained(texts, addresses, counts, asked.data, asked.work, gold=asked.gold)
        _packed(network, texts, addresses, counts, asked.out)
    packed = asked.out.read_bytes()
    print(f"{asked.out.name}: {len(packed)} bytes, sha256 {hashlib.sha256(packed).hexdigest()}")
    with np.load(asked.out, allow_pickle=False) as weights:
        tagger = NameTagger(dict(weights))
    for name, result in score.table(
        asked.data, counts, lambda text: [(span.start, span.end) for span in tagger.find(text, CERTAIN)]
    ):
        print(f"{name:28} {result}")


def _labelled(data: Path, work: Path, *, gold: bool) -> tuple[list[Example], list[Example]]:
    """The texts to learn from and the addresses, in which there is no name."""
    if gold:
        rows = [text for text in corpora.read(data) if not text.held_out]
        marked = [Example(row.text, row.names) for row in rows if row.corpus not in labels.NAMELESS]
        return marked, [Example(row.text, ()) for row in rows if row.corpus in labels.NAMELESS]
    path = work / "teacher.spacy"
    if not path.exists():
        labels.store(path, labels.by_teacher(data))
    nameless = {row.text for row in corpora.read(data) if row.corpus in labels.NAMELESS}
    examples = labels.load(path)
    return [one for one in examples if one.text not in nameless], [
        one for one in examples if one.text in nameless
    ]


def _trained(
    texts: list[Example], addresses: list[Example], counts: Counts, data: Path, work: Path, *, gold: bool
) -> Tagger:
    """The network: a first one corrects the labels for a second, which corrects them for the third.

    The third reads more text of the web and of rare surnames.
    """
    cases = {name: some[::TOLD] for name, some in score.corpus(data).items()}
    sections = score.generated(counts, times=6, tables=100)
    cases["generated"] = [case for section in sections.values() for case in section]

    def told(network: Tagger, line: str) -> None:
        def find(text: str) -> list[tuple[int, int]]:
            return [(start, end) for start, end, _ in decoded(judged(network, text), 0.0)]

        rows = (
            f"{name} {score.score(some, find, shortest=score.SHORTEST.get(name, 1)).f1:.4f}"
            for name, some in cases.items()
        )
        print(line, "|", ", ".join(rows), flush=True)

    def agreed(network: Tagger, path: Path) -> list[Example]:
        if gold:
            return texts
        if not path.exists():
            labels.store(path, labels.by_both(texts, lambda text: judged(network, text)))
        return labels.load(path)

    first = train.train(FIRST, texts, addresses, counts, keep=work / "first.pt", told=told)
    both = agreed(first, work / "both.spacy")
    second = train.train(SECOND, both, addresses, counts, keep=work / "second.pt", told=told, begin=first)
    better = agreed(second, work / "third.spacy")
    web = {row.text for row in corpora.read(data) if row.corpus in WEB}
    better += [example for example in better if example.text in web]
    return train.train(THIRD, better, addresses, counts, keep=work / "third.pt", told=told, begin=second)


def _packed(
    network: Tagger, texts: list[Example], addresses: list[Example], counts: Counts, out: Path
) -> None:
    """Write the file that ships."""
    arrays = export.network(network)
    # Whole lines and patterns alone: the proposer is for texts as they are, their broken lines joined.
    plain = Plan(rounds=1, generated=24000, clauses=0, wrapped=0)
    read = train.stream(plain, texts, addresses, counts, Random(7))
    whole = read.ids
    rest = train.stream(replace(plain, generated=4000), texts[::8], addresses, counts, Random(8)).ids
    arrays |= export.proposer(whole, train.judged_ids(network, whole), torch.from_numpy(unseen(read)[0]).long())
    arrays["propose_at"] = np.array(
        export.threshold(arrays, rest, train.judged_ids(network, rest), export.MISSED), np.int16
    )
    export.write(out, arrays)


if __name__ == "__main__":
    main()
