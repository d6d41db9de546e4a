"""Hard-wrapped lines of sentences read as they ran, and the places in the source."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer import scan_text
from reviewer.detect.flow import Flow


@given(st.lists(st.tuples(st.text("甲乙丙", min_size=1), st.sampled_from(["\n", "\r\n", " \n"]))), st.text("甲乙丙", min_size=1))
def test_every_stretch_comes_from_itself(parts: list[tuple[str, str]], last: str) -> None:
    source, gaps = "", []
    for text, gap in parts:
        gaps.append((len(source) + len(text), len(source) + len(text) + len(gap)))
        source += text + gap
    source += last
    flow = Flow(source, gaps)
    assert flow.text == "".join(text for text, _ in parts) + last
    for start in range(len(flow.text)):
        for end in range(start + 1, len(flow.text) + 1):
            first, stop = flow.outward(start, end)
            assert "".join(source[first:stop].split()) == flow.text[start:end]
            assert flow.inward(first, stop) == (start, end)


POLICY = (
    "各部门要建立健全工作机制，加强协同配合，明确责任分工，推动各项任务落到实处，同时做好宣传引导，及时回应社会关切，"
    "对涉及国家秘密和商业秘密的信息要严格审查，由市林业局会同有关部门负责解释，自发布之日起施行，此前规定与本办法不一致的以本办法为准，"
    "各单位要结合实际制定具体措施，每年年底前将落实情况报送上级主管部门，并接受社会监督，不断提升服务水平和群众满意度。"
)


@pytest.mark.parametrize("width", range(24, 44))
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_policy_text_holds_no_names_however_its_lines_are_broken(width: int, end: str) -> None:
    text = end.join(POLICY[at : at + width] for at in range(0, len(POLICY), width))
    assert [one for one in scan_text(text).findings if one.entity == "NAME"] == []


@pytest.mark.parametrize("width", range(22, 40))
def test_a_name_is_found_whole_wherever_the_line_ends(width: int) -> None:
    text = POLICY.replace("及时回应", "经调查处理，欧阳建国与邻居赵晓梅因宅基地发生纠纷，及时回应")
    lines = "\n".join(text[at : at + width] for at in range(0, len(text), width))
    found = {"".join(lines[one.start : one.end].split()) for one in scan_text(lines).findings if one.entity == "NAME"}
    assert found == {"欧阳建国", "赵晓梅"}


def test_rows_with_strokes_are_not_sentences() -> None:
    """The name that begins a row is not joined to the end of the one above."""
    row = "张建国|前进村民组|任务清单质量|李明强|{}\n"
    text = row.format("陈某宾") + row.format("周某华").replace("张建国", "风淦昌") + row.format("吴某").replace("张建国", "马淑珍")
    found = [text[one.start : one.end] for one in scan_text(text).findings if one.entity == "NAME"]
    assert "风淦昌" in found and "马淑珍" in found
