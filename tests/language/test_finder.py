"""An office's own spaCy pipeline and user dictionary: a small pipeline is trained here, and what is refused is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from reviewer.errors import UsageError
from reviewer.language.finder import finder, own_words
from reviewer.scanning import Scanner
from reviewer.settings import Settings
from tests.scanner import TODAY, scanner


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A blank Chinese pipeline with a recogniser that has learned one sentence by heart."""
    import spacy
    from spacy.training import Example

    nlp = spacy.blank("zh")
    ner = nlp.add_pipe("ner")
    ner.add_label("PERSON")
    texts = ["据悉阿尔泰别克到场", "据悉木合塔尔到场", "据悉会议到期"]
    spans = [[(2, 7, "PERSON")], [(2, 6, "PERSON")], []]
    examples = [
        Example.from_dict(nlp.make_doc(text), {"entities": marked}) for text, marked in zip(texts, spans, strict=True)
    ]
    spacy.util.fix_random_seed(7)
    nlp.initialize(lambda: examples)
    for _ in range(40):
        nlp.update(examples)
    path = tmp_path_factory.mktemp("pipeline")
    nlp.to_disk(path)
    return path


def test_an_own_pipeline_finds_names(pipeline: Path) -> None:
    text = "会议纪实\n" * 3 + "据悉木合塔尔到场"
    one = Scanner(Settings(today=TODAY, language=f"spacy:{pipeline}"), book=scanner().book)
    found = [text[name.start : name.end] for name in one.text(text).findings if name.entity == "NAME"]
    assert found == ["木合塔尔"]


def test_long_texts_are_given_in_pieces(pipeline: Path) -> None:
    text = "各单位要抓好落实。\n" * 5000 + "据悉木合塔尔到场"
    start = text.index("木合塔尔")
    assert (start, start + 4) in {(one.start, one.end) for one in finder(f"spacy:{pipeline}")(text, [])}


@pytest.mark.parametrize("language", ["spacy:", "other", "spacy:/no/such/folder"])
def test_what_can_not_be_is_told(language: str) -> None:
    with pytest.raises(UsageError):
        finder(language)("张建国", [])


def test_the_user_dictionary_names_persons_and_no_persons(tmp_path: Path) -> None:
    path = tmp_path / "词典.txt"
    path.write_text("欧冶青 5 nr\n高兴旺超市 5 nt\n", encoding="utf-8")
    one = Scanner(Settings(today=TODAY, words=path), book=scanner().book)
    text = "昨日欧冶青与高兴旺超市签约。"
    assert [text[name.start : name.end] for name in one.text(text).findings if name.entity == "NAME"] == ["欧冶青"]


def test_an_unreadable_dictionary_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        own_words(tmp_path / "没有.txt")
