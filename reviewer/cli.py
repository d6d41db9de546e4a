"""The command line: the only place that prints or exits.

Exit codes of scan, the first that applies: 1 our fault, 2 usage, 13 block found, 3 something unread or no
input, 12 check found, 0.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NoReturn, TypeVar

from reviewer import __version__
from reviewer.errors import (
    DiskFull,
    Failure,
    ReviewerError,
    RuleError,
    UsageError,
    WorkerError,
    is_full,
    place_of,
    reason,
)

if TYPE_CHECKING:
    from reviewer.batch import Batch, Files
    from reviewer.casework.site import Places
    from reviewer.gate.run import Outcome
    from reviewer.journal import Journal
    from reviewer.keys import Key
    from reviewer.model import Finding, Result
    from reviewer.reports import Bundle, Results
    from reviewer.reports.joining import Joining
    from reviewer.rescan.engine import Engine
    from reviewer.rescan.report import Report
    from reviewer.rescan.run import Rescanned
    from reviewer.rescan.source import Source
    from reviewer.rescan.state import State
    from reviewer.review.keyring import Keyring
    from reviewer.review.signing import Trust
    from reviewer.scanning import Scanner
    from reviewer.settings import Limits

T = TypeVar("T")

OUR_FAULT, USAGE, UNREAD, CHECK_FOUND, BLOCK_FOUND = 1, 2, 3, 12, 13
LEDGER_BROKEN = 4
INTERRUPTED = 130
"""128 and the number of the signal, as shells have it"""
_SUFFIXES = {".json": "json", ".sarif": "sarif", ".html": "html", ".htm": "html", ".xlsx": "xlsx", ".txt": "console"}
_ENDINGS = {"json": ".json", "sarif": ".sarif", "html": ".html", "xlsx": ".xlsx", "console": ".txt"}


_SELDOM = 20_000
"""new objects after which garbage is looked for: what a start makes is used to its end"""


def run() -> NoReturn:
    """Runs the command of this process, and ends it."""
    gc.set_threshold(_SELDOM, *gc.get_threshold()[1:])
    code = main()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, OSError, ValueError):
            stream.flush()
    # All files are closed: taking every object apart would be a tenth of a short scan.
    os._exit(code)


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns the exit code."""
    # The threads of a library for matrices wait for work by running: they cost more than all else in a short draft.
    for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
        os.environ.setdefault(name, "1")
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    _given[:] = _words_of(sys.argv[1:] if arguments is None else arguments)
    try:
        options, unknown = _parser().parse_known_args(arguments)
        if unknown:
            options.parser.error(f"unrecognized arguments: {' '.join(unknown)}")
        code: int = options.run(options)
        with contextlib.suppress(BrokenPipeError):
            sys.stdout.flush()
            return code
        # Nobody reads on: keep the interpreter from complaining when it closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return code
    except RuleError as fault:
        _say(fault.message)
        return USAGE
    except WorkerError as fault:
        _say(fault.message)
        return UNREAD
    except DiskFull as fault:
        _say(f"错误：{fault.message}")
        return OUR_FAULT
    except Failure as fault:
        _say(f"程序内部错误：{fault.message}。{_TELL}")
        return OUR_FAULT
    except ReviewerError as fault:
        _say(f"错误：{fault.message}")
        return USAGE
    except BrokenPipeError:
        return 0
    except KeyboardInterrupt:
        _say("已中断，没有写报告。")
        return INTERRUPTED
    except Exception as fault:
        if isinstance(fault, OSError) and is_full(fault):
            _say(f"错误：写不进去（{reason(fault)}）。请腾出空间后再试。")
        else:
            _say(f"程序内部错误：{place_of(fault)}。{_TELL}")
        return OUR_FAULT
    finally:
        _sweep()


def _sweep() -> None:
    """Removes what earlier calls that were killed have left in the temporary folder."""
    from reviewer.scratch import sweep

    sweep()


_TELL = "请把这一行告诉维护人员，不要附上文件内容。"


_given: list[str] = []
"""the words of the present call: where a message repeats one, names and numbers in it are masked"""


@contextlib.contextmanager
def _from_extra(extra: str, what: str) -> Iterator[None]:
    """Raises UsageError where what is imported in the block needs an extra that is not installed."""
    try:
        yield
    except ModuleNotFoundError as fault:
        if fault.name is None or fault.name.startswith("reviewer"):
            raise
        raise UsageError(f"{what}要另外安装：pip install 'gov-draft-reviewer[{extra}]'。") from None


def _say(text: str, found_in: Callable[[str], Sequence[Finding]] | None = None) -> None:
    """Prints a message, with paths masked that the user gave; `found_in` says what stands in a name."""
    print(_veiled(text, found_in), file=sys.stderr)


def _veiled(text: str, found_in: Callable[[str], Sequence[Finding]] | None = None) -> str:
    told = {word for word in _given if re.search(_MAY_NAME, word) and word in text}
    if not told:
        return text
    from reviewer import scan_text
    from reviewer.reports.veil import masked_path

    words = "|".join(re.escape(word) for word in sorted(told, key=len, reverse=True))
    look = found_in or (lambda name: scan_text(name).findings)
    # What follows a folder, up to the next mark of a sentence, is the name of a file in it.
    return re.sub(f"(?:{words})[^：:，。、（“”\n]*", lambda match: masked_path(match[0], look), text)


_MAY_NAME = "[\u3400-\u9fff]|[0-9]{6}|@"


def _words_of(arguments: Sequence[str]) -> list[str]:
    """What may be a path among the arguments, also behind = and without its ending."""
    values = [part for argument in arguments for part in (argument, argument.partition("=")[2])]
    values.append(os.environ.get("REVIEWER_KEY_FILE", ""))
    return [word for value in values for word in (value, os.path.splitext(value)[0]) if len(word) > 1]


# --- the command line itself -----------------------------------------------------------------------


class _Parser(argparse.ArgumentParser):
    """argparse in Chinese: what it prints by itself is translated here, exit code 2 stays."""

    def __init__(self, **options: Any) -> None:
        # No abbreviations: --show for --show-values would print what was found by mistake.
        super().__init__(**options, allow_abbrev=False)

    def error(self, message: str) -> NoReturn:
        hint = _meant(message, self.format_help())
        for english, chinese in _MESSAGES:
            message = re.sub(english, chinese, message)
        _say(f"用法有误：{message}{hint}\n{self.format_usage().strip()}\n加 --help 看说明。")
        raise SystemExit(USAGE)

    def format_usage(self) -> str:
        return super().format_usage().replace("usage:", "用法：")

    def format_help(self) -> str:
        text = super().format_help()
        for english, chinese in (
            ("usage:", "用法："), ("positional arguments:", "参数："), ("options:", "选项："),
            ("show this help message and exit", "显示本说明"),
            ("show program's version number and exit", "显示版本"),
        ):  # fmt: skip
            text = text.replace(english, chinese)
        return text


_MESSAGES = (
    (r"^the following arguments are required: ", "缺少参数："),
    (r"^unrecognized arguments: ", "不认识的参数："),
    (r"^argument (.+?): ", r"参数 \1："),
    (r"invalid choice: (.+) \(choose from (.+)\)", r"没有 \1 这个值，可用的有 \2"),
    (r"invalid int value: (.+)", r"\1 不是整数"),
    (r"expected one argument", "后面要跟一个值"),
    (r"expected at least one argument", "后面至少要跟一个值"),
    (r"ignored explicit argument (.+)", r"后面不跟值，却写了 \1"),
)
"""what argparse says, as expressions, and what it means"""


def _meant(message: str, help: str) -> str:
    """A question whether another word was meant, where one of those in the help or the message is near."""
    from difflib import get_close_matches

    wrong, words = re.search(r"arguments: (-[^ =]+)|invalid choice: '(.+?)' ", message), []
    if wrong is None:
        return ""
    if wrong[1]:
        words = re.findall(r"(?<![^ \[,])-{1,2}[a-z][a-z-]*", help)
    else:
        words = re.findall(r"'(.+?)'", message[wrong.end() :])
    near = get_close_matches(wrong[1] or wrong[2], dict.fromkeys(words), n=1)
    return f"。是不是 {near[0]}？" if near else ""


_EXIT_CODES = """退出码（取第一个符合的）：
  1 程序自身故障，或者磁盘写满   2 用法有误   13 有不得公开的内容
  3 有没读到的部分或者没有输入   12 有须人工判断的内容   0 其余情况
按 Ctrl-C 中断：已审查的文件照常写进报告，其余列为没有读到；再按一次立即退出（130），不写报告。"""


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="reviewer",
        description="政府信息公开保密审查、个人信息审查：发布前找出不得公开的内容。本程序只能在非涉密计算机上使用。",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"reviewer {__version__}")
    commands = parser.add_subparsers(title="命令", metavar="命令", required=True)
    _scan_parser(commands)
    _rescan_parser(commands)
    _takedown_parser(commands)
    _annotate_parser(commands)
    _mask_parser(commands)
    _text_parser(commands)
    _rules_parser(commands)
    _key_parser(commands)
    _evaluate_parser(commands)
    _compare_parser(commands)
    _feedback_parser(commands)
    _gate_parser(commands)
    _baseline_parser(commands)
    _certificate_parser(commands)
    _signing_parser(commands)
    _ledger_parser(commands)
    _backup_parser(commands)
    _serve_parser(commands)
    _bundle_parser(commands)
    _command(commands, "doctor", "这台机器能读、能标注、能生成公开稿的格式，还缺什么", _doctor)
    return parser


def _command(commands: Any, name: str, help: str, run: Any, epilog: str = "") -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=help, description=help, epilog=epilog, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.set_defaults(run=run, parser=parser)
    return parser


def _scan_parser(commands: Any) -> None:
    parser = _command(commands, "scan", "审查草稿：文件或文件夹", _scan, _EXIT_CODES)
    parser.add_argument("paths", nargs="+", metavar="草稿", help="文件或文件夹（文件夹中的文件逐个审查）")
    parser.add_argument(
        "--format", action="append", metavar="格式",
        help="console（默认）、json、sarif、html、xlsx；可重复，或用逗号隔开",
    )  # fmt: skip
    parser.add_argument(
        "-o", "--output", action="append", metavar="文件",
        help="报告写到哪里；有几种格式时可依次重复，或只给一个文件夹或不带后缀的名字",
    )  # fmt: skip
    parser.add_argument("--show-values", action="store_true", help="报告中显示原值（默认一律遮住）")
    parser.add_argument("--min-severity", choices=("note", "check", "block"), default="note", help="只列出这一级以上的")
    parser.add_argument(
        "--fail-on", choices=("check", "block"), default="check", help="到哪一级才算不通过（默认 check）"
    )
    _password_option(parser)
    parser.add_argument("--width", type=_columns, metavar="列", help="控制台报告的宽度，40 到 400")
    parser.add_argument("--resume", action="store_true", help="接着上次中断的同样的审查：没有变动的文件不再审")
    parser.add_argument("--jobs", type=_count, metavar="个数", help="同时审查几个文件（默认：处理器的核数）")
    parser.add_argument(
        "--against", metavar="位置",
        help="再查汇聚风险：和已公开的放在一起会说出什么；位置是 reviewer rescan 的状态，或者审查工作台的网址",
    )  # fmt: skip
    parser.add_argument(
        "--token-file", type=Path, metavar="文件", help="问工作台时用的接口令牌（也可用环境变量 REVIEWER_TOKEN）"
    )
    _review_options(parser)


def _rescan_parser(commands: Any) -> None:
    parser = _command(
        commands, "rescan", "定期清理：重新审查已经公开的内容，只看上次以后有变化的", _rescan, _EXIT_CODES
    )
    parser.add_argument("source", metavar="来源", help="文件夹、保存的网站（WARC）或者清单（csv、xlsx）")
    parser.add_argument("--state", metavar="位置", help="记录放在哪里：文件夹，或者数据库的地址 postgresql://…")
    parser.add_argument("--source-name", default="", metavar="名称", help="来源的名称：换了文件夹，仍算同一个来源")
    parser.add_argument("--verify", action="store_true", help="每个文件都打开核对，不凭大小和时间认定没有变动")
    parser.add_argument("--check-live", action="store_true", help="再到网站上看：撤下清单里的网址是不是已经打不开")
    parser.add_argument("--format", action="append", metavar="格式", help="console（默认）、json、xlsx；可重复")
    parser.add_argument("-o", "--output", action="append", metavar="文件", help="报告写到哪里")
    parser.add_argument("--min-severity", choices=("note", "check", "block"), default="note", help="只列出这一级以上的")
    parser.add_argument(
        "--fail-on", choices=("check", "block"), default="check", help="到哪一级才算不通过（默认 check）"
    )
    _password_option(parser)
    parser.add_argument("--jobs", type=_count, metavar="个数", help="同时审查几个文件（默认：处理器的核数）")
    _engine_options(parser)
    _review_options(parser)


def _engine_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--engine", choices=("local", "dask"), default="local", help="在本机审查，或者交给 Dask 集群")
    parser.add_argument("--scheduler", default="", metavar="地址", help="已有集群的调度进程，如 tls://10.0.0.5:8786")
    parser.add_argument("--results", metavar="文件夹", help="集群的结果暂存处；最好各节点共享")
    parser.add_argument("--own-keys", action="store_true", help="不把密钥发给集群：各节点用自己的密钥文件")


def _review_options(parser: argparse.ArgumentParser) -> None:
    """What decides which findings a draft has."""
    parser.add_argument("--genre", default="", metavar="文种", help="由人指定文种（如 行政处罚）；默认自动识别")
    parser.add_argument(
        "--allow", action="append", type=Path, default=[], metavar="文件",
        help="本单位公开人员名单（负责人、公开的工作人员、专家），可重复；写法见 docs/genres.md",
    )  # fmt: skip
    _language_option(parser)
    parser.add_argument("--words", type=Path, metavar="文件", help="用户词典（jieba 格式，nr 为人名）")
    _rule_options(parser)
    _key_option(parser)


def _annotate_parser(commands: Any) -> None:
    parser = _command(
        commands, "annotate", "在草稿上逐处标注：Word 批注、Excel 批注、PDF 高亮；网页和文本生成标注网页", _annotate,
        "标注后的文件含有草稿原文，只供审查使用，不得发布。标注写好就返回 0，发现了什么请看标注；草稿读不了返回 3。",
    )  # fmt: skip
    parser.add_argument("path", metavar="草稿", help="一个文件")
    parser.add_argument("-o", "--output", required=True, metavar="文件", help="标注后的文件，或一个文件夹")
    parser.add_argument("--min-severity", choices=("note", "check", "block"), default="note", help="只标这一级以上的")
    _review_options(parser)


def _mask_parser(commands: Any) -> None:
    parser = _command(
        commands, "mask", "区分处理：生成可以公开的副本（遮盖个人信息，清除批注、修订、隐藏内容和文件属性）",
        _mask, _MASK_CODES,
    )  # fmt: skip
    parser.add_argument("path", metavar="草稿", help="一个文件")
    parser.add_argument("-o", "--output", required=True, metavar="文件", help="副本，或一个文件夹")
    parser.add_argument("--profile", default="", metavar="名称", help="遮盖的宽严：standard（默认）、strict、legacy")
    parser.add_argument("--policy", type=Path, metavar="文件", help="本单位的遮盖规则，写法见 docs/masking.md")
    parser.add_argument(
        "--only", action="append", default=[], metavar="类别", help="只遮盖这些类别（如 ID_CARD），可重复"
    )
    parser.add_argument(
        "--accept", action="append", default=[], metavar="指纹",
        help="这一处不遮盖（号码、邮箱、住址：全文同一个值都不遮；姓名：只是这一处），可重复",
    )  # fmt: skip
    parser.add_argument(
        "--accept-gap", action="append", default=[], metavar="编号",
        help="这处未读内容已由人看过，可重复；副本仍不称为可公开",
    )  # fmt: skip
    parser.add_argument("--decisions", type=Path, metavar="文件", help="处理意见文件，写法见 docs/masking.md")
    parser.add_argument("--report", type=Path, metavar="文件", help="改动清单（.json 或 .txt），不含原值")
    _review_options(parser)


_MASK_CODES = """退出码（取第一个符合的）：
  1 程序自身故障，或者磁盘写满   2 用法有误
  13 没有生成副本：有密级、不公开等标志还没有处理意见，或者副本没有通过核验
  3 没有生成副本：有没读到的部分没有人确认，或者草稿读不了   0 副本已写好并通过核验
从不改动草稿本身。"""


def _count(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text) <= 256:
        raise argparse.ArgumentTypeError(f"{text} 不是 1 到 256 之间的整数")
    return int(text)


def _columns(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not 40 <= int(text) <= 400:
        raise argparse.ArgumentTypeError(f"{text} 不是 40 到 400 之间的整数")
    return int(text)


def _text_parser(commands: Any) -> None:
    parser = _command(
        commands, "text", "打印从文件中读出的文字（UTF-8）；报告中的 start、end 就在这段文字里计数", _text
    )
    parser.add_argument("path", metavar="文件", help="也可以是报告中的 材料.zip!目录/草稿.docx")
    _password_option(parser)


def _rules_parser(commands: Any) -> None:
    parser = _command(commands, "rules", "查看、检查规则", None)
    actions = parser.add_subparsers(title="动作", metavar="动作", required=True)
    _rule_options(_command(actions, "list", "列出全部规则", _rules_list))
    show = _command(actions, "show", "打印一条规则的原文", _rules_show)
    explain = _command(actions, "explain", "用白话说明一条规则：查什么、依据、怎么办、例子", _rules_explain)
    for one in (show, explain):
        one.add_argument("id", metavar="规则编号")
        _rule_options(one)
    _rule_options(_command(actions, "test", "检查规则文件并运行其中的例子", _rules_test))


def _key_parser(commands: Any) -> None:
    parser = _command(commands, "key", "站点密钥（指纹用）", None)
    actions = parser.add_subparsers(title="动作", metavar="动作", required=True)
    _key_option(_command(actions, "new", "生成站点密钥（不会覆盖已有的）", _key_new))
    _key_option(_command(actions, "id", "显示密钥的公开编号", _key_id))


def _evaluate_parser(commands: Any) -> None:
    parser = _command(commands, "evaluate", "用标注好的文字衡量查全率、查准率", _evaluate)
    parser.add_argument(
        "path", metavar="标注文件",
        help="«张建国|NAME» 式的文本、JSONL（text、spans）、BRAT（.ann 和 .txt）、CoNLL/BIO；可以是文件夹",
    )  # fmt: skip
    parser.add_argument(
        "--against", metavar="另一结果.json", type=Path,
        help="同一份标注的另一个结果（本命令 --format json 的输出，或其他工具的，见 docs/evaluate.md）：两边相差多少",
    )  # fmt: skip
    parser.add_argument("--format", choices=("console", "json"), default="console")
    parser.add_argument(
        "--match", choices=("exact", "overlap"), default="exact", help="起止完全相同，或者交并比不小于一半"
    )
    parser.add_argument(
        "--min-severity", choices=("note", "check", "block"), default="note", help="只计这一级以上的发现"
    )
    parser.add_argument(
        "--model-only", action="store_true", help="只评找人名的模型：不用提示词、表头和名单，也不去掉历史人物"
    )
    _language_option(parser)
    _rule_options(parser)


def _compare_parser(commands: Any) -> None:
    parser = _command(commands, "compare", "比较两次扫描的 JSON 结果：新增、消失、仍在的发现", _compare)
    parser.add_argument("old", metavar="旧结果.json")
    parser.add_argument("new", metavar="新结果.json")
    parser.add_argument("--format", choices=("console", "json"), default="console")


def _feedback_parser(commands: Any) -> None:
    parser = _command(
        commands, "feedback", "由审查工作台里登记的误报，提出规则怎样改（不会自动改），改了还会影响什么", _feedback,
        "不用登录，在存放数据的机器上运行；看了多少处误报的原文，记入审查台账。控制台上不显示原文，写出的规则文件里有。",
    )  # fmt: skip
    parser.add_argument("--rule", action="append", default=[], metavar="编号", help="只看这条规则，可重复（默认全部）")
    parser.add_argument("--labelled", type=Path, metavar="路径", help="标注好的文字（docs/evaluate.md），改了不得漏掉")
    parser.add_argument("--samples", type=Path, metavar="文件夹", help="样本和它们的 .expected.json：改了不得漏掉")
    parser.add_argument("--state", metavar="位置", help="reviewer rescan 的记录：已公开的文件里会牵动多少")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="文件夹", help="把建议采用的写成规则文件，放进这个文件夹"
    )
    _rule_options(parser)
    _office_options(parser)


def _language_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--language", default="builtin", metavar="模型", help="找人名的模型：builtin（默认）、spacy:模型文件夹 或 none"
    )


def _gate_parser(commands: Any) -> None:
    parser = _command(
        commands, "gate", "发布闸口：文件夹里的每个文件都有有效的发布证书、没有没决定过的内容，才能发布", _gate,
        _GATE_CODES,
    )  # fmt: skip
    _gate_options(parser)
    parser.add_argument(
        "--format", action="append", metavar="格式",
        help="text（默认）、json、sarif、junit、github、gitlab；可重复，或用逗号隔开",
    )  # fmt: skip
    parser.add_argument(
        "-o", "--output", action="append", type=Path, metavar="文件", help="依次写到这些文件；没有写的那一种打印出来"
    )


_GATE_CODES = """退出码（取最大的）：
  20 未经批准   21 批准后改动过   22 证书已到期   23 证书已吊销（没有新鲜的吊销名单也算）
  24 有没决定过的内容   25 有没读到的部分   0 都可以发布   2 用法有误   1 程序自身故障
证书、公钥、吊销名单、基线和配置都不从要发布的文件夹里读。说明见 docs/gate.md。"""


def _gate_options(parser: argparse.ArgumentParser) -> None:
    """What decides what the gate says of a folder."""
    parser.add_argument("folder", type=Path, metavar="文件夹", help="要发布的文件夹")
    parser.add_argument("--certificates", type=Path, metavar="文件夹", help="发布证书（.json），也可以是一份证书")
    parser.add_argument("--trust", type=Path, metavar="文件", help="信任文件：签发证书的公钥")
    parser.add_argument("--revoked", type=Path, metavar="文件", help="签名的吊销名单；没有就按全部吊销处理")
    parser.add_argument("--scope", default="全面", metavar="范围", help="向谁公开（默认：全面）")
    parser.add_argument("--channel", default="政府网站", metavar="方式", help="用什么方式公开（默认：政府网站）")
    parser.add_argument("--config", type=Path, metavar="文件", help="gate.yml：网页正文的位置、不要证书的资源文件")
    parser.add_argument("--baseline", type=Path, metavar="文件", help="基线：以前就有的文件，见 reviewer baseline")
    parser.add_argument(
        "--rules", action="append", type=Path, default=[], metavar="文件夹", help="另加一套规则，可重复；只会查出更多"
    )
    parser.add_argument(
        "--allow", action="append", type=Path, default=[], metavar="文件", help="本单位公开人员名单，可重复"
    )
    parser.add_argument("--jobs", type=_count, metavar="个数", help="同时检查几个文件（默认：处理器的核数）")


def _baseline_parser(commands: Any) -> None:
    parser = _command(
        commands, "baseline", "为启用闸口之前就有的文件夹建立基线：列出现有的问题，由人负责，到期失效", _baseline,
        "基线只有文件的 SHA-256 和位置，没有原值，也不写路径。文件改动一个字节，它的各项就不再起作用。\n"
        "批准后改动过、证书到期、证书吊销的不能列入。",
    )  # fmt: skip
    _gate_options(parser)
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="文件", help="基线写到哪里")
    parser.add_argument("--reason", required=True, metavar="理由", help="为什么可以暂时保留")
    parser.add_argument("--owner", required=True, metavar="负责人", help="谁负责清理：部门或者人")
    parser.add_argument("--until", required=True, type=_day, metavar="日期", help="哪一天到期，如 2027-06-30")
    parser.add_argument("--findings-only", action="store_true", help="只列查出的内容和未读部分，文件仍然要有证书")


def _certificate_parser(commands: Any) -> None:
    parser = _command(commands, "certificate", "显示一份发布证书：批准了什么、谁审查的、现在是否有效", _certificate)
    parser.add_argument("path", type=Path, metavar="证书", help="证书文件（.json）")
    parser.add_argument("--trust", type=Path, metavar="文件", help="信任文件（默认：本机签名密钥的）")
    parser.add_argument("--revoked", type=Path, metavar="文件", help="签名的吊销名单；没有就按已吊销处理")


def _signing_parser(commands: Any) -> None:
    parser = _command(commands, "signing", "签名密钥、信任文件和吊销名单", None)
    actions = parser.add_subparsers(title="动作", metavar="动作", required=True)
    new = _command(actions, "new", "生成签名密钥（不会覆盖已有的）", _signing_new)
    rotate = _command(actions, "rotate", "换一把签名密钥；旧的不能再签，以前签的仍然有效", _signing_rotate)
    for one in (new, rotate):
        one.add_argument("--alg", choices=("ed25519", "sm2-sm3"), help="签名算法（默认 ed25519；国密要装 [sm]）")
        one.add_argument("--until", type=_day, metavar="日期", help="密钥用到哪一天")
    revoke = _command(actions, "revoke", "吊销一把签名密钥：它签过的一概不算数", _signing_revoke)
    revoke.add_argument("key", metavar="编号", help="密钥的编号，见 reviewer signing list")
    listed = _command(actions, "list", "列出密钥：编号、算法、状态、有效期", _signing_list)
    listed.add_argument("--trust", type=Path, metavar="文件", help="列出这个信任文件里的（默认：本机的）")
    trust = _command(actions, "trust", "导出信任文件：只有公钥，交给运行闸口的机器", _signing_trust)
    trust.add_argument("-o", "--output", type=Path, metavar="文件", help="写到哪里（默认打印出来）")
    list_ = _command(
        actions, "revocations", "签发新一期吊销名单；文件已存在时，接着它写", _signing_revocations,
        "名单要在过期之前重新签发，即使没有新吊销的证书：闸口不认过期的名单。",
    )  # fmt: skip
    list_.add_argument("path", type=Path, metavar="名单", help="吊销名单文件")
    list_.add_argument("--add", action="append", type=Path, default=[], metavar="证书", help="吊销这份证书，可重复")
    list_.add_argument("--reason", default="other", choices=_REASONS, help="为什么吊销")
    list_.add_argument("--days", type=_days, default=7, metavar="天数", help="名单几天内有效（默认 7）")
    for one in (new, rotate, revoke, listed, trust, list_):
        one.add_argument(
            "--signing-dir", type=Path, metavar="文件夹",
            help="签名密钥的文件夹（也可用环境变量 REVIEWER_SIGNING_DIR）",
        )  # fmt: skip


def _ledger_parser(commands: Any) -> None:
    parser = _command(commands, "ledger", "审查台账：核验、签发检查点", None)
    actions = parser.add_subparsers(title="动作", metavar="动作", required=True)
    check = _command(
        actions, "verify", "核验台账：有没有改动、删除、调换顺序、截断或者整条重写，出在哪一条", _ledger_verify,
        "退出码：0 完整   4 不完整   2 用法有误。不用登录，在存放数据的机器上运行。",
    )  # fmt: skip
    check.add_argument(
        "--checkpoint", action="append", type=Path, default=[], metavar="文件",
        help="另外保存的检查点或者发布证书，用来发现截断和重写，可重复",
    )  # fmt: skip
    sign = _command(actions, "checkpoint", "签发检查点：请保存在别的机器上，核验时用", _ledger_checkpoint)
    sign.add_argument("path", type=Path, metavar="文件", help="写到哪里")
    for one in (check, sign):
        _office_options(one)


def _takedown_parser(commands: Any) -> None:
    parser = _command(
        commands, "takedown", "撤下清单：公示期满、已废止、含有个人信息的……该撤下、去标识还是保留", None,
        "清单由 reviewer rescan 列出；写法和填法见 docs/takedown.md。",
    )  # fmt: skip
    actions = parser.add_subparsers(title="动作", metavar="动作", required=True)
    show = _command(actions, "list", "各单位有多少条，做到哪一步", _takedown_list)
    export = _command(actions, "export", "导出清单（xlsx），每个单位一张工作表，交各单位填写", _takedown_export)
    export.add_argument("-o", "--output", required=True, type=Path, metavar="文件", help="写到哪里")
    export.add_argument("--unit", default="", metavar="单位", help="只导出这个单位的")
    export.add_argument("--all", action="store_true", help="连同已完成的和决定保留的（默认只有没办完的）")
    back = _command(
        actions, "import", "收回填好的清单：各行的“处理”“理由”“责任人”记为决定", _takedown_import,
        "有一行填错，就什么也不写入，并指出错在哪里。退出码：0 已写入   2 清单有错",
    )  # fmt: skip
    back.add_argument("path", type=Path, metavar="文件", help="填好的 xlsx")
    back.add_argument("--by", required=True, metavar="姓名", help="由谁登记，写进台账")
    live = _command(
        actions, "check-live", "到网站上看清单里的网址是不是已经打不开（要能连到网站）", _takedown_live,
        "每秒至多三次，先 HEAD 后 GET。404、410 记为完成；跳到首页的、提示“不存在”的，请人工看。",
    )  # fmt: skip
    verify = _command(
        actions, "verify", "核验撤下清单的台账", _takedown_verify, "退出码：0 完整   4 不完整   2 用法有误。"
    )  # fmt: skip
    for one in (show, export, back, live, verify):
        one.add_argument("--state", metavar="位置", help="同 reviewer rescan 的 --state")
        _key_option(one)


def _backup_parser(commands: Any) -> None:
    backup = _command(
        commands, "backup", "备份审查工作台的数据库和文件：一个加密的文件，里面没有密钥", _backup,
        "站点密钥和签名密钥不在备份里，请另外保管：没有当时的站点密钥，备份谁也打不开。",
    )  # fmt: skip
    restore = _command(commands, "restore", "把备份恢复到空的数据文件夹（或空的 PostgreSQL 数据库）", _restore)
    for one in (backup, restore):
        one.add_argument("path", type=Path, metavar="文件", help="备份文件")
        _office_options(one)


def _serve_parser(commands: Any) -> None:
    parser = _command(
        commands, "serve", "启动审查工作台（网页）", _serve,
        "首次启动会建立三名管理员并显示一次性口令。只在本机（127.0.0.1）上可以不用 TLS。",
    )  # fmt: skip
    parser.add_argument("--host", default="127.0.0.1", metavar="地址",
    help="监听的地址（默认 127.0.0.1，只有本机能打开）")
    parser.add_argument("--port", type=int, default=8760, metavar="端口", help="默认 8760")
    parser.add_argument("--tls-cert", type=Path, metavar="文件", help="TLS 证书（PEM，含中间证书）")
    parser.add_argument("--tls-key", type=Path, metavar="文件", help="TLS 私钥（PEM）")
    parser.add_argument("--public", default="", metavar="网址",
    help="浏览器看到的网址，如 https://shencha.example.gov.cn/")
    parser.add_argument("--most-megabytes", type=int, default=200, metavar="MB", help="一次上传的上限（默认 200）")
    parser.add_argument("--scans", type=int, default=0, metavar="个数", help="同时检查的文件数（默认按处理器核数）")
    parser.add_argument("--oidc-issuer", default="", metavar="网址", help="统一身份认证（OpenID Connect）的 issuer")
    parser.add_argument("--oidc-client", default="", metavar="编号", help="在统一身份认证登记的 client_id")
    parser.add_argument("--oidc-secret-file", type=Path, metavar="文件", help="client_secret 所在的文件")
    _rule_options(parser)
    _office_options(parser)


def _bundle_parser(commands: Any) -> None:
    parser = _command(
        commands, "bundle", "制作离线安装包（Linux x86-64 和 ARM64）", _bundle_wheels,
        "要在连网的 Linux 上运行。包里有全部 wheel、install.sh、安装说明.txt 和 SHA256SUMS。",
    )  # fmt: skip
    parser.add_argument("out", type=Path, metavar="文件夹", help="写到哪里：不存在的或者空的文件夹")
    parser.add_argument("--extras", type=_names, default=("server",), metavar="组件",
    help="附加组件，用逗号隔开：server、ocr、language、sm（默认 server；none 表示都不要）")
    parser.add_argument("--platform", action="append", default=[], metavar="平台",
    help="x86_64 或 aarch64，可以重复（默认两种都做）")
    parser.add_argument("--python", type=_version, metavar="版本", help="目标机器上的 Python，如 3.11（默认同本机）")
    parser.add_argument("--source", type=Path, default=Path(), metavar="路径",
    help="本项目的源代码文件夹，或者它的 wheel（默认当前文件夹）")


def _names(text: str) -> tuple[str, ...]:
    """Names with commas between them; `none` is none."""
    return () if text == "none" else tuple(dict.fromkeys(one.strip() for one in text.split(",") if one.strip()))


def _version(text: str) -> tuple[int, int]:
    major, _, minor = text.partition(".")
    if not (text.isascii() and major.isdigit() and minor.isdigit()):
        raise argparse.ArgumentTypeError("应写成 3.11 这样的版本")
    return int(major), int(minor)


def _office_options(parser: argparse.ArgumentParser) -> None:
    """Where the workbench keeps its data and keys."""
    parser.add_argument(
        "--data", type=Path, metavar="文件夹", help="数据文件夹（也可用 REVIEWER_DATA；默认在用户的数据文件夹里）"
    )
    parser.add_argument(
        "--database", metavar="地址", help="PostgreSQL 的地址（也可用环境变量 REVIEWER_DATABASE；默认 SQLite）"
    )
    parser.add_argument(
        "--signing-dir", type=Path, metavar="文件夹", help="签名密钥的文件夹（也可用环境变量 REVIEWER_SIGNING_DIR）"
    )
    _key_option(parser)


_REASONS = ("taken-down", "withdrawn", "re-review", "superseded", "mistake", "key", "other")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} 不是 2027-06-30 这样的日期") from None


def _days(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text) <= 366:
        raise argparse.ArgumentTypeError(f"{text} 不是 1 到 366 之间的整数")
    return int(text)


def _rule_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--rules", action="append", type=Path, default=[], metavar="文件夹", help="另加一套规则，可重复"
    )


def _password_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--password-file", type=Path, metavar="文件", help="打开加密文件用的密码，每行一个（zip、docx、xlsx、pdf）"
    )


def _limits(options: argparse.Namespace) -> Limits:
    """The limits of reading, with the passwords that the user gave. Raises UsageError for a file that is none."""
    from reviewer.settings import Limits

    path = getattr(options, "password_file", None)
    if path is None:
        return Limits()
    from reviewer.readers.encoding import decode

    try:
        with path.open("rb") as stream:
            data = stream.read(_MOST_PASSWORDS * 1024 + 1)
    except OSError as fault:
        raise UsageError(f"读不了密码文件 {path}：{reason(fault)}。") from None
    # A blank at an end may belong to a password.
    lines = dict.fromkeys(line for line in decode(data)[0].splitlines() if line.strip())
    if len(lines) > _MOST_PASSWORDS or len(data) > _MOST_PASSWORDS * 1024:
        raise UsageError(f"密码文件 {path} 超过 {_MOST_PASSWORDS} 行。请只留下可能用到的密码。")
    return Limits(passwords=tuple(lines))


_MOST_PASSWORDS = 100
"""each is tried on each encrypted file, and those of Office take their time on purpose"""


def _key_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--key-file", type=Path, metavar="文件", help="站点密钥文件（也可用环境变量 REVIEWER_KEY_FILE）"
    )


# --- scan ------------------------------------------------------------------------------------------


def _scan(options: argparse.Namespace) -> int:
    from dataclasses import replace

    from reviewer.batch import Batch
    from reviewer.keys import Key
    from reviewer.scanning import files_under

    targets = _targets(options)
    files = list(files_under([Path(path) for path in options.paths]))
    _spare_inputs(targets, files)
    if os.sep == "/" and any("\\" in path and not os.path.exists(path) for path in options.paths):
        _say("提示：本机的路径用 / 分隔，不用 \\；Windows 的 C:\\稿件 在 WSL 里是 /mnt/c/稿件。")
    key = Key.load(options.key_file, os.environ)
    scanner = _scanner(options)
    if not files:
        _say(f"没有可审查的文件：{'、'.join(options.paths)} 里一个文件也没有。")
    journal = _journal(options, scanner, files, key)
    bundle = _bundle(scanner, (), key, options)
    batch = Batch(scanner, files, [Path(path) for path in options.paths], options.jobs, journal, bundle)
    results = _scan_all(batch)
    bundle = replace(bundle, results=results)
    if options.against:
        bundle = replace(bundle, joining=_against(options, bundle, files))
    try:
        _write(bundle, targets, options.width)
        sys.stdout.flush()
    except BrokenPipeError:
        pass  # the reader of our output may be gone (`| head`): what was found still stands
    except DiskFull as fault:
        if journal is None or journal.fault is not None:
            raise
        raise DiskFull(f"{fault.message}审查的结果都有记录：用同样的命令加 --resume，不必重新审。") from None
    scanner.keep()
    if journal is not None and not batch.interrupted:
        journal.finish()
    return max(exit_code(results, options.fail_on), _join_code(bundle, options.fail_on), key=_EXIT_ORDER.index)


_EXIT_ORDER = (0, CHECK_FOUND, UNREAD, BLOCK_FOUND)
"""exit codes of a scan, the last outweighs those before it"""


_MOST_AGAINST = 500
"""files: of more than that not all texts are kept (spool.py)"""


def _join_code(bundle: Bundle, fail_on: str) -> int:
    """What joins say to the shell: few enough candidates to be tried are for a person to judge."""
    if bundle.joining is None or fail_on != "check":
        return 0
    from reviewer.reports.joining import severity

    return CHECK_FOUND if any(severity(one) == "check" for one in bundle.joining.joins) else 0


def _against(options: argparse.Namespace, bundle: Bundle, files: Files) -> Joining:
    """What the drafts give away together with what is published."""
    if len(files) > _MOST_AGAINST:
        raise UsageError(f"--against 一次最多 {_MOST_AGAINST} 个文件：请分几次查。")
    against = _of_rescan("against")
    if against.is_server(options.against):
        return against.asked(options.against, _token(options), [(str(name), path) for path, name in files])
    from reviewer.rescan.state import FILE, State

    where = _state_at(options.against, lambda _: Path())
    if isinstance(where, Path) and not (where / FILE).is_file():
        raise UsageError(f"{where} 里没有状态。请先运行 reviewer rescan … --state {where}。")
    state = State.open(where, bundle.key)
    try:
        told = against.held_against(bundle, state, date.fromisoformat(bundle.date))
        return told
    finally:
        state.close()


def _token(options: argparse.Namespace) -> str:
    """The token for the server. Raises UsageError where there is none."""
    token = os.environ.get("REVIEWER_TOKEN", "")
    if options.token_file is not None:
        from reviewer.keys import read_private

        try:
            token = read_private(options.token_file).decode("ascii", "replace")
        except FileNotFoundError:
            raise UsageError(f"找不到令牌文件：{options.token_file}。") from None
    if not token.strip():
        raise UsageError("问服务器要有接口令牌：用 --token-file 指定文件，或者设环境变量 REVIEWER_TOKEN。")
    return token.strip()


def _of_rescan(name: str) -> Any:
    """A module of reviewer.rescan. Raises UsageError where its extra is not installed."""
    from importlib import import_module

    with _from_extra("rescan", "汇聚风险"):
        return import_module(f"reviewer.rescan.{name}")


def _rescan(options: argparse.Namespace) -> int:
    from reviewer.keys import Key

    with _from_extra("rescan", "重新审查"):
        from reviewer.rescan.state import State, default_folder
    from reviewer.rescan import source
    from reviewer.rescan.report import check_formats

    targets = _targets(options)
    check_formats(name for name, _ in targets)
    given = source.opened(options.source, options.source_name)
    key = Key.load(options.key_file, os.environ)
    scanner = _scanner(options)
    where = _state_at(options.state, default_folder)
    state = State.open(where, key)
    try:
        outcome = _rescanned(options, scanner, key, given, state, _engine(options, state.path_key(given.name)[:16]))
        if options.check_live and not outcome.interrupted:
            outcome = _checked_live(outcome, state)
        report = _rescan_report(options, scanner, outcome, state, where)
        try:
            _write_rescan(report, targets)
            sys.stdout.flush()
        except BrokenPipeError:
            pass
        scanner.keep()
        return _rescan_code(report, options.fail_on)
    finally:
        state.close()


def _engine(options: argparse.Namespace, source: str) -> Engine:
    """What runs the tasks of a rescan. `source` names the folder of its results. Raises UsageError."""
    if options.engine == "local":
        if options.scheduler or options.own_keys:
            raise UsageError("--scheduler、--own-keys 要和 --engine dask 一起用。")
        from reviewer.rescan.engine import Local

        return Local(options.jobs)
    from reviewer.rescan.state import default_folder

    with _from_extra("cluster", "集群"):
        from reviewer.rescan.cluster import Cluster, ready
    ready()
    state = _state_at(options.state, default_folder)
    folder = state if isinstance(state, Path) else default_folder(os.environ)
    folder = Path(options.results) if options.results else folder / "results"
    return Cluster(folder.absolute() / source, options.scheduler, options.jobs, not options.own_keys)


def _rescanned(
    options: argparse.Namespace, scanner: Scanner, key: Key, given: Source, state: State, engine: Engine
) -> Rescanned:
    """Goes through the source; how far it is is shown."""
    from reviewer.reports.progress import progress
    from reviewer.rescan.examine import Context
    from reviewer.rescan.run import Rescan
    from reviewer.scanning import cache_folder

    rescan = Rescan(
        given, state, Context(scanner.settings, key, cache_folder(), scanner=scanner), scanner, engine, options.verify
    )
    with progress(0) as line:
        outcome = rescan.run(line.done, line.idle)
    if outcome.interrupted:
        why = f"（{outcome.fault}）" if outcome.fault else ""
        _say(f"没有走完{why}：看过的都记下了，再运行一次同样的命令就接着做。这次不判断哪些已经不在了。")
    return outcome


def _rescan_report(
    options: argparse.Namespace, scanner: Scanner, outcome: Rescanned, state: State, where: Path | str
) -> Report:
    from reviewer.rescan.report import Report

    options.show_values = False
    told = _bundle(scanner, (), state.key, options)
    # The address of a database may hold its password.
    place = _veiled(str(where)) if isinstance(where, Path) else "数据库"
    return Report(
        outcome, state, told.version, told.rules, told.basis, told.titles, told.min_severity, told.date,
        _veiled(options.source_name or options.source), place,
    )  # fmt: skip


def _write_rescan(report: Report, targets: list[Target]) -> None:
    from reviewer.rescan import report as reports

    for name, path in targets:
        if path is not None:
            _store(path, partial(reports.write, name, report))
            continue
        try:
            reports.write(name, report, sys.stdout)
        except BrokenPipeError:
            raise
        except OSError as fault:
            kind = DiskFull if is_full(fault) else UsageError
            raise kind(f"报告写不到标准输出：{reason(fault)}。") from None


def _checked_live(outcome: Rescanned, state: State) -> Rescanned:
    """The outcome once it was looked which addresses of the take-down list can still be opened."""
    from dataclasses import replace

    from reviewer.rescan import live, takedown

    _say(f"网址核对：{live.told(live.checked(state, live.over_http()))}。")
    return replace(outcome, takedown=takedown.listed(state))


@contextlib.contextmanager
def _rescan_state(options: argparse.Namespace) -> Iterator[State]:
    """The state of rescans, closed in the end."""
    from reviewer.keys import Key

    with _from_extra("rescan", "重新审查"):
        from reviewer.rescan.state import FILE, State, default_folder
    where = _state_at(options.state, default_folder)
    if isinstance(where, Path) and not (where / FILE).is_file():
        raise UsageError(f"{where} 里没有重新审查的记录。请先运行 reviewer rescan，或者用 --state 指定。")
    state = State.open(where, Key.load(options.key_file, os.environ))
    try:
        yield state
    finally:
        state.close()


def _takedown_list(options: argparse.Namespace) -> int:
    from reviewer.review.cleaning import STATES
    from reviewer.store import takedown

    with _rescan_state(options) as state, state.store.read() as connection:
        counted = takedown.units(connection)
    units: dict[str, dict[str, int]] = {}
    for unit, where, count in counted:
        units.setdefault(unit or "（没有写明单位）", {})[where] = count
    for unit, found in units.items():
        told = "，".join(f"{title} {found[one]}" for one, title in STATES.items() if one in found)
        print(f"{unit}：共 {sum(found.values())} 条（{told}）")
    if not units:
        print("撤下清单是空的。")
    return 0


def _takedown_export(options: argparse.Namespace) -> int:
    from reviewer.rescan import sheets
    from reviewer.rescan.takedown import OPEN
    from reviewer.store import takedown

    with _rescan_state(options) as state:
        named = state.named()
        with state.store.read() as connection:
            found = takedown.listed(connection, takedown.Filter(unit=options.unit))
            wanted = [row for row in found if options.all or row["state"] in OPEN]
    law = sheets.Basis({key: one.title for key, one in _packaged_basis().items()})
    _store(options.output, lambda stream: sheets.write(stream, wanted, law, named))
    print(f"已导出 {len(wanted)} 条到 {_veiled(str(options.output))}。")
    return 0


def _packaged_basis() -> Mapping[str, Any]:
    from reviewer.rulebook.load import load
    from reviewer.scanning import cache_folder

    return load(cache=cache_folder()).basis


def _takedown_import(options: argparse.Namespace) -> int:
    from reviewer.rescan import sheets
    from reviewer.rescan.takedown import decide_many, masking
    from reviewer.scanning import Scanner, cache_folder, today
    from reviewer.settings import Settings
    from reviewer.store import takedown

    with _rescan_state(options) as state:
        with state.store.read() as connection:
            known = {row["id"]: row for row in takedown.listed(connection, takedown.Filter())}
        decisions = sheets.read(options.path, known)
        scanner = Scanner(Settings(today=today()), cache=cache_folder())
        count = decide_many(state, decisions, options.by, masking(scanner, state.key))
    print(f"已登记 {count} 条决定。" if count else "清单里没有新的决定。")
    return 0


def _takedown_live(options: argparse.Namespace) -> int:
    from reviewer.rescan import live

    with _rescan_state(options) as state:
        print(f"网址核对：{live.told(live.checked(state, live.over_http()))}。")
    return 0


def _takedown_verify(options: argparse.Namespace) -> int:
    from reviewer.review.ledger import BREAKS
    from reviewer.store import takedown

    with _rescan_state(options) as state, state.store.read() as connection:
        fault = takedown.fault(connection)
    if fault is not None:
        _say(f"撤下清单的台账不完整：{BREAKS[fault.kind]}。{fault.told}")
        return LEDGER_BROKEN
    print("撤下清单的台账完整。")
    return 0


def _rescan_code(report: Report, fail_on: str) -> int:
    """As for scan; a run that did not go through the whole source has left something unread."""
    found = {(document.verdict, document.complete) for document in report.state.documents(report.outcome.run.source)}
    verdicts = {verdict for verdict, _ in found}
    if "block" in verdicts:
        return BLOCK_FOUND
    if not all(complete for _, complete in found) or not found or report.outcome.interrupted:
        return UNREAD
    found_joins = any(one["severity"] == "check" for one in report.outcome.joins)
    return CHECK_FOUND if ("check" in verdicts or found_joins) and fail_on == "check" else 0


def _state_at(given: str | None, default: Callable[[Mapping[str, str]], Path]) -> Path | str:
    """Where the state lies: a folder, or the address of a database."""
    if given is None:
        return default(os.environ)
    return given if "://" in given else Path(given)


def exit_code(results: Results, fail_on: str = "check") -> int:
    """What scan says to the shell; see the table in docs/json.md."""
    found = {(result.verdict, result.complete) for result in results}
    verdicts = {verdict for verdict, _ in found}
    if "block" in verdicts:
        return BLOCK_FOUND
    if not all(complete for _, complete in found) or not found:
        return UNREAD
    return CHECK_FOUND if "check" in verdicts and fail_on == "check" else 0


def _scanner(options: argparse.Namespace) -> Scanner:
    from reviewer.scanning import Scanner, cache_folder, today
    from reviewer.settings import Settings

    settings = Settings(
        today=today(),
        limits=_limits(options),
        rule_folders=tuple(options.rules),
        genre=getattr(options, "genre", ""),
        allow_lists=tuple(getattr(options, "allow", ())),
        language=getattr(options, "language", "builtin"),
        words=getattr(options, "words", None),
    )
    scanner = Scanner(settings, cache=cache_folder())
    known = [genre.title for genre in scanner.book.genres]
    if settings.genre and settings.genre not in (*known, *(genre.id for genre in scanner.book.genres)):
        raise UsageError(f"没有“{settings.genre}”这个文种，可用的有：{'、'.join(known)}。")
    for entry in scanner.allowed:
        if entry.until < settings.today:
            _say(f"公开人员名单中有一项已于 {entry.until} 到期，不再生效（{entry.owner}负责）。")
    return scanner


def _journal(options: argparse.Namespace, scanner: Scanner, files: Files, key: Key) -> Journal | None:
    """The journal of this scan, told of to the user where an earlier one was not finished."""
    from reviewer.batch import journal_of
    from reviewer.keys import mark_of_passwords

    if options.show_values or options.against:
        # It holds no values.
        if options.resume:
            named = "--show-values" if options.show_values else "--against"
            raise UsageError(f"--resume 接着审时用的是不含原值的记录，不能和 {named} 一起用。")
        return None
    # With other passwords other files can be read.
    opened = mark_of_passwords(scanner.settings.limits.passwords, key)
    journal = journal_of(scanner.settings, options.paths, files, (__version__, scanner.book.digest, key.id, opened))
    known = len(journal) if journal is not None else 0
    if options.resume:
        _say(f"接着上次没有做完的审查：已审 {known} 个文件。" if known else "没有找到没做完的同样的审查，从头开始。")
    elif journal is not None:
        if known:
            _say(f"上次同样的审查没有做完（已审 {known} 个文件）。想接着审，请中断后加 --resume；现在从头开始。")
        journal.forget()
    return journal


def _scan_all(batch: Batch) -> Results:
    """Scans; where there are many files, it is shown how far it is."""
    count = len(batch.files)
    if count > 1:
        from reviewer.reports.progress import progress
        from reviewer.reports.veil import masked_path

        # A name may hold a person's name or a number.
        look = batch.bundle.found_in if batch.bundle is not None else None
        with progress(count, batch.at_work, lambda name: masked_path(name, look) if look is not None else "") as line:
            results = batch.run(line.done, line.idle)
    else:
        results = batch.run()
    journal = batch.journal
    if journal is not None and journal.fault is not None:
        _say(f"注意：缓存文件夹写不进去（{reason(journal.fault)}），有的文件没有记下；接着审时，这些文件要重新审。")
    if batch.interrupted:
        again = "加 --resume 用同样的命令可以接着审。" if journal is not None else ""
        why = f"（临时文件夹写不进去：{reason(batch.fault)}，请腾出空间）" if batch.fault is not None else ""
        left = count - batch.done
        _say(f"已中断{why}：审查了 {batch.done} 个文件，还有 {left} 个没有审查，在报告中列为没有读到。{again}")
    return results


def _bundle(scanner: Scanner, results: Results, key: Any, options: argparse.Namespace) -> Bundle:
    from reviewer.reports import Bundle

    book = scanner.book
    return Bundle(
        results=results,
        key=key,
        version=__version__,
        rules={
            "name": "packaged+local" if options.rules else "packaged",
            "version": __version__,
            "sha256": book.digest,
            "count": len(book.rules),
        },
        basis={name: (one.law, one.article, one.text, one.source) for name, one in book.basis.items()},
        titles={rule.id: rule.title for rule in book.rules},
        found_in=lambda name: scanner.text(name).findings,
        show_values=options.show_values,
        min_severity=options.min_severity,
        root=os.getcwd(),
        date=scanner.settings.today.isoformat(),
    )


Target = tuple[str, Path | None]
"""a format and the file it goes to; None: standard output"""


def _targets(options: argparse.Namespace) -> list[Target]:
    """Which format goes where. Raises UsageError where that is not clear."""
    from reviewer.reports import BINARY, FORMATS

    outputs = [Path(path) for path in options.output or ()]
    formats = [name for entry in options.format or () for name in entry.split(",") if name]
    for name in formats:
        if name not in FORMATS:
            raise UsageError(f"没有 {name} 这种报告格式。可用的有：{'、'.join(FORMATS)}。")
    if not formats:
        formats = [_format_of(path) for path in outputs] or ["console"]
    if not outputs:
        formats = list(dict.fromkeys(formats))
        if len(formats) > 1:
            raise UsageError("要写几种格式，请用 -o 指定文件或者文件夹。")
        if formats[0] in BINARY and sys.stdout.isatty():
            raise UsageError(f"{formats[0]} 不能显示在屏幕上。请用 -o 指定文件名。")
        return [(formats[0], None)]
    if len(outputs) != len(formats):
        formats = list(dict.fromkeys(formats))
    if len({os.path.realpath(path) for path in outputs}) < len(outputs):
        raise UsageError("有两个 -o 写的是同一个文件，后写的会盖掉先写的。请各用一个文件名。")
    if len(outputs) == len(formats):
        if len(formats) == 1 and outputs[0].is_dir():
            return [(formats[0], outputs[0] / f"report{_ENDINGS[formats[0]]}")]
        return [(name, None if str(path) == "-" else path) for name, path in zip(formats, outputs, strict=True)]
    if len(outputs) > 1:
        raise UsageError(f"有 {len(formats)} 种格式，却有 {len(outputs)} 个 -o。请一一对应，或只给一个文件夹。")
    stem = outputs[0]
    if stem.is_dir() or str(options.output[0]).endswith(("/", "\\")):
        stem = stem / "report"
    elif stem.suffix in _SUFFIXES:
        stem = stem.with_suffix("")
    return [(name, None if name == "console" else stem.with_name(stem.name + _ENDINGS[name])) for name in formats]


def _spare_inputs(targets: list[Target], files: Files) -> None:
    """Refuses a report that would take the place of a draft, or of something that is no file."""
    for _, path in targets:
        if path is None or not path.exists():
            continue
        status, whole = path.stat(), os.path.realpath(path)
        # Where a path really leads takes a while to be found out, of 100,000 files.
        if any(_is_that(file, status) and os.path.realpath(file) == whole for file, _ in files):
            raise UsageError(f"{path} 在要审查的文件之中，报告不能写在它上面。请换一个文件名，或写到别的文件夹。")
        if not path.is_file():
            raise UsageError(f"{path} 不是普通文件，报告不能写在这里。")


def _is_that(file: Path, status: os.stat_result) -> bool:
    with contextlib.suppress(OSError):
        return os.path.samestat(file.stat(), status)
    return False


def _format_of(path: Path) -> str:
    found = _SUFFIXES.get(path.suffix.lower())
    if found is None:
        raise UsageError(
            f"从 {path} 看不出要哪种报告。请用 --format 指定，"
            "或让 -o 的文件名以 .json、.html、.xlsx、.sarif 或 .txt 结尾。"
        )
    return found


def _write(bundle: Bundle, targets: list[Target], width: int | None) -> None:
    from reviewer import reports

    for name, path in targets:
        if path is None:
            _write_out(name, bundle, width)
            continue
        _store(path, partial(reports.write, name, bundle), bundle)


def _store(path: Path, write: Callable[[BinaryIO], object], bundle: Bundle | None = None) -> None:
    """A file that appears whole or not at all, readable like the user's other files.

    Raises UsageError where it can not be written.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _forget_parts(path)
        with temporary.open("wb") as stream:
            write(stream)
            stream.flush()
            os.fsync(stream.fileno())
        replaced = path.exists()
        temporary.replace(path)
    except OSError as fault:
        if is_full(fault):
            raise DiskFull(f"写不进 {path}：{reason(fault)}。请腾出空间后再试。") from None
        raise UsageError(f"写不进 {path}：{reason(fault)}。") from None
    finally:
        temporary.unlink(missing_ok=True)
    _say(f"已写入 {path}{'（替换了原来的文件）' if replaced else ''}", bundle.found_in if bundle is not None else None)


def _forget_parts(path: Path) -> None:
    """Removes what earlier calls, killed in the middle of writing this file, have left beside it."""
    import glob

    for left in path.parent.glob(f".{glob.escape(path.name)}.*.part"):
        writer = left.name.split(".")[-2]
        # Only numbers that are in use by no process: another call may be at the same file.
        if writer.isascii() and writer.isdecimal() and not _is_alive(int(writer)):
            with contextlib.suppress(OSError):
                left.unlink()


def _is_alive(process: int) -> bool:
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _write_out(name: str, bundle: Bundle, width: int | None) -> None:
    from reviewer import reports

    try:
        if name == "console" and width:
            from reviewer.reports import console

            console.write(bundle, sys.stdout, width=width)
        else:
            reports.write(name, bundle, sys.stdout)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as fault:
        kind = DiskFull if is_full(fault) else UsageError
        raise kind(f"报告写不到标准输出：{reason(fault)}。") from None


# --- annotate, mask --------------------------------------------------------------------------------


def _annotate(options: argparse.Namespace) -> int:
    from reviewer.marking.notes import notes_for
    from reviewer.marking.publish import annotated

    draft = _draft(options)
    if draft is None:
        return UNREAD
    data, result, scanner, bundle = draft
    notes = notes_for(bundle, result)
    made = _apart(Path(options.path), scanner.settings.limits, lambda: annotated(data, result, notes, scanner))
    target = _copy_target(options, "（审查标注）", made.suffix)
    _store(target, lambda stream: stream.write(made.data), bundle)
    for line in made.remarks:
        _say(f"注意：{line}")
    for gap in result.gaps:
        _say(f"没有读到：{gap.message}", bundle.found_in)
    scanner.keep()
    return 0


def _mask(options: argparse.Namespace) -> int:
    from reviewer.marking import report
    from reviewer.marking.decisions import Decisions, load_decisions
    from reviewer.marking.plan import Choice
    from reviewer.marking.publish import copy_suffix, publish
    from reviewer.model import ENTITY_TITLES
    from reviewer.rulebook.masking import load_policy

    policy = load_policy(options.profile, options.policy)
    only = frozenset(_listed(options.only))
    if unknown := sorted(only - set(ENTITY_TITLES)):
        raise UsageError(f"没有 {unknown[0]} 这个类别。可用的有：{'、'.join(ENTITY_TITLES)}。")
    draft = _draft(options)
    if draft is None:
        return UNREAD
    data, result, scanner, bundle = draft
    target = _copy_target(options, "（公开稿）", copy_suffix(result))
    if options.report is not None and os.path.realpath(options.report) in map(os.path.realpath, (target, options.path)):
        raise UsageError("--report 写的是草稿或者副本本身。请换一个文件名。")
    choice = Choice(
        accept=frozenset(_listed(options.accept)),
        accept_gaps=frozenset(_listed(options.accept_gap)),
        only=only,
        decisions=load_decisions(options.decisions, bundle.key.id) if options.decisions else Decisions(),
    )
    outcome = _apart(
        Path(options.path), scanner.settings.limits,
        lambda: publish(data, result, scanner, policy, choice, bundle.key),
    )  # fmt: skip
    if (copy := outcome.data) is not None:
        _store(target, lambda stream: stream.write(copy), bundle)
    if options.report is not None:
        said = report.written(outcome, bundle, policy, options.report.suffix)
        _store(options.report, lambda stream: stream.write(said), bundle)
    for line in report.lines(outcome, bundle, policy):
        print(line)
    scanner.keep()
    if outcome.data is not None:
        return 0
    if target.exists():
        _say(f"注意：{target} 是以前的文件，不是这一次的副本。", bundle.found_in)
    return UNREAD if outcome.plan.gaps and not outcome.plan.refused else BLOCK_FOUND


def _apart(path: Path, limits: Limits, work: Callable[[], T]) -> T:
    """What `work` makes of the file: in a process of its own, but for plain text."""
    from reviewer.readers.sniff import is_text

    if is_text(path):
        return work()
    from reviewer.workers import apart

    return apart(work, limits, path.stat().st_size)


def _draft(options: argparse.Namespace) -> tuple[bytes, Result, Scanner, Bundle] | None:
    """The draft's bytes and what the scan says of them; None, and a message, where it can not be read."""
    from dataclasses import replace

    from reviewer.batch import Batch
    from reviewer.keys import Key
    from reviewer.readers import CONTAINERS, file_bytes

    options.show_values = False
    options.min_severity = getattr(options, "min_severity", "note")
    if Path(options.path).is_dir():
        raise UsageError(f"{options.path} 是文件夹。请一次给一个文件。")
    key = Key.load(options.key_file, os.environ)
    scanner = _scanner(options)
    # The file itself: what is in a container is of no use here.
    result = next(iter(_scan_all(Batch(scanner, [(Path(options.path), str(options.path))]))))
    if result.document is not None and result.document.format in CONTAINERS:
        is_mail = result.document.format in ("eml", "msg", "mbox")
        what = "邮件，请把正文和附件分别另存" if is_mail else "压缩包，请先解压"
        raise UsageError(f"{options.path} 是{what}，再对其中的文件逐个标注或生成公开稿。")
    bundle = replace(_bundle(scanner, (result,), key, options), root="")
    if result.document is None:
        for fault in result.faults:
            _say(f"{options.path}：{fault.message}", bundle.found_in)
        return None
    data = file_bytes(Path(options.path), scanner.settings.limits)
    import hashlib

    if hashlib.sha256(data).hexdigest() != result.document.sha256:
        raise UsageError(f"{options.path} 在处理时被改动了，没有生成文件。请等它写完后再试。")
    return data, result, scanner, bundle


def _listed(given: Sequence[str]) -> list[str]:
    return [word for entry in given for word in entry.split(",") if word]


def _copy_target(options: argparse.Namespace, addition: str, suffix: str) -> Path:
    """Where the result goes: the name given, or in a folder the draft's name with `addition`."""
    source, target = Path(options.path), Path(options.output)
    ending = suffix or source.suffix
    if target.is_dir() or options.output.endswith(("/", os.sep)):
        target = target / f"{source.stem}{addition}{ending}"
    if target.suffix.lower() != ending.lower():
        turned = "标注后是网页" if suffix == ".html" else f"转换后是 {suffix[1:]} 格式"
        kind = turned if suffix else "格式和草稿相同"
        raise UsageError(f"{kind}，-o 的文件名请以 {ending} 结尾。")
    if os.path.realpath(target) == os.path.realpath(source):
        raise UsageError("-o 写的就是草稿本身，不会覆盖草稿。请换一个文件名。")
    if target.exists() and not target.is_file():
        raise UsageError(f"{target} 不是普通文件，不能写在这里。")
    return target


# --- text, rules, key ------------------------------------------------------------------------------


def _text(options: argparse.Namespace) -> int:
    from reviewer.errors import ReadError
    from reviewer.readers import read_named

    limits, path = _limits(options), Path(options.path)
    try:
        document = _apart(path, limits, lambda: read_named(options.path, limits))
    except ReadError as fault:
        _say(f"{options.path}：{fault.message}")
        return UNREAD
    sys.stdout.flush()
    sys.stdout.buffer.write(document.text.encode("utf-8", "backslashreplace"))
    for gap in document.gaps:
        _say(f"没有读到：{gap.message}")
    return UNREAD if document.gaps else 0


def _rules_list(options: argparse.Namespace) -> int:
    from reviewer.model import ENTITY_TITLES
    from reviewer.rulebook.load import load
    from reviewer.scanning import cache_folder

    words = {"block": "不得公开", "check": "须人工判断", "note": "提示"}
    book = load(options.rules, cache=cache_folder())
    for rule in sorted(book.rules, key=lambda rule: (rule.kind == "exclusion", rule.entity, rule.id)):
        if rule.kind == "exclusion":
            print(f"{rule.id}\t排除\t\t{rule.title}")
        else:
            print(f"{rule.id}\t{words[rule.severity]}\t{ENTITY_TITLES[rule.entity]}\t{rule.title}")
    return 0


def _rule(options: argparse.Namespace) -> Any:
    from reviewer.rulebook.load import load

    book = load(options.rules, whole=True)
    rule = book.by_id(options.id)
    if rule is None:
        near = [one.id for one in book.rules if options.id in one.id or options.id == one.entity]
        hint = f"是不是 {'、'.join(near)}？" if near else "用 reviewer rules list 看全部编号。"
        raise UsageError(f"没有编号为 {options.id} 的规则。{hint}")
    return book, rule


def _rules_show(options: argparse.Namespace) -> int:
    _, rule = _rule(options)
    print(Path(rule.file).read_text(encoding="utf-8"), end="")
    return 0


def _rules_explain(options: argparse.Namespace) -> int:
    from reviewer.model import ENTITY_TITLES

    book, rule = _rule(options)
    words = {"block": "不得公开", "check": "须人工判断", "note": "提示", "silent": "不报告"}
    print(f"{rule.title}（{rule.id}）")
    if rule.kind == "exclusion":
        print("排除规则：看起来像个人信息、其实不是的内容，其中的号码不报告。")
    else:
        print(f"类别：{ENTITY_TITLES[rule.entity]}（{rule.entity}）；级别：{words[rule.severity]}")
    if rule.message:
        print(f"说明：{rule.message}")
    if rule.advice:
        print(f"怎么办：{rule.advice}")
    for key in rule.basis:
        print(f"依据：{book.basis[key].title}：{book.basis[key].text}（{book.basis[key].source}）")
    if rule.near:
        print(f"旁边有这些词时更确定{'（没有就不报告）' if rule.need_near else ''}：{'、'.join(rule.near)}")
    if rule.labels:
        print(f"跟在这些词后面，或在这样的表头下：{'、'.join(rule.labels)}")
    if rule.not_near:
        print(f"紧跟在这些词后面时不报告：{'、'.join(rule.not_near)}")
    for case in rule.cases:
        when = [f"旁边有“{'、'.join(case.near)}”"] if case.near else []
        when += [f"旁边没有“{'、'.join(case.not_near)}”"] if case.not_near else []
        when += [f"同一行有“{'、'.join(case.row)}”"] if case.row else []
        when += [f"值符合 {case.value}"] if case.value else []
        when += [] if case.person is None else ["旁边有具体的人" if case.person else "旁边没有具体的人"]
        print(f"特殊情形：{'，'.join(when)} → {words[case.severity]}{'：' + case.message if case.message else ''}")
    for example in rule.examples:
        print(f"例：{_marked_again(example)}")
    return 0


def _marked_again(example: Any) -> str:
    text, shift = example.text, 0
    for start, end, _ in example.spans:
        text = f"{text[: start + shift]}«{text[start + shift : end + shift]}»{text[end + shift :]}"
        shift += 2
    return " ⏎ ".join(text.splitlines())


def _rules_test(options: argparse.Namespace) -> int:
    from reviewer.evaluation import failing_examples, failing_trials
    from reviewer.rulebook.load import load_sound
    from reviewer.scanning import Scanner, today
    from reviewer.settings import Settings

    book, faults = load_sound(options.rules)
    scanner = Scanner(Settings(today=today()), book=book)
    failures = failing_examples(book.rules, scanner.spans)
    failures += failing_trials(book.genres, lambda text: scanner.text(text).genre)
    for line in (*faults, *map(str, failures)):
        _say(line)
    count = sum(len(rule.examples) for rule in book.rules) + sum(len(genre.trials) for genre in book.genres)
    owed = sum(len(rule.owed) for rule in book.rules)
    print(
        f"{len(book.rules)} 条规则、{len(book.genres)} 个文种，{count} 个例子：{len(failures)} 个不符，"
        f"另有 {len(faults)} 处规则文件的错误、{owed} 个已知的欠账。"
    )
    return USAGE if failures or faults else 0


def _key_new(options: argparse.Namespace) -> int:
    from reviewer import keys

    named = options.key_file or os.environ.get("REVIEWER_KEY_FILE")
    path = Path(named) if named else keys.default_path(os.environ)
    key = keys.new(path)
    print(
        f"已生成站点密钥 {_veiled(str(path))}（只有本用户可读），公开编号 {key.id}。"
        "请妥善备份：换了密钥，旧的指纹就不能比较。"
    )
    return 0


def _key_id(options: argparse.Namespace) -> int:
    from reviewer.keys import Key

    print(Key.load(options.key_file, os.environ).id)
    return 0


# --- gate, baseline, certificates, signing ----------------------------------------------------------


def _gate(options: argparse.Namespace) -> int:
    from reviewer.gate import reports
    from reviewer.gate.folder import leads_through

    targets = _gate_targets(options, reports.FORMATS, reports.SUFFIXES)
    for _, path in targets:
        if path is not None and leads_through(path, os.path.realpath(options.folder)):
            raise UsageError(f"{path} 在要发布的文件夹里，报告不能写在那里。请写到别的文件夹。")
    outcome = _passed(options)
    for name, path in targets:
        if path is not None:
            _store(path, partial(reports.write, name, outcome))
            continue
        with contextlib.suppress(BrokenPipeError):
            reports.write(name, outcome, sys.stdout)
            sys.stdout.flush()
    return outcome.exit_code


def _passed(options: argparse.Namespace) -> Outcome:
    """What the gate says of the folder, with a progress bar where somebody watches."""
    from dataclasses import replace

    from reviewer.gate.baseline import Baseline, load_baseline
    from reviewer.gate.config import Config, load_config
    from reviewer.gate.papers import outside, read_papers
    from reviewer.gate.run import Gate
    from reviewer.reports.progress import progress
    from reviewer.scanning import Scanner, cache_folder, today
    from reviewer.settings import Settings

    root, day = options.folder, today()
    for paths, title in (([options.config], "配置"), ([options.baseline], "基线"), (options.allow, "公开人员名单")):
        for path in paths:
            if path is not None:
                outside(path, root, title)
    plain = Settings(today=day, allow_lists=tuple(options.allow))
    kinds = [plain, replace(plain, rule_folders=tuple(options.rules))] if options.rules else [plain]
    gate = Gate(
        root, read_papers(root, options.certificates, options.trust, options.revoked, day),
        [Scanner(one, cache=cache_folder()) for one in kinds], options.scope, options.channel,
        load_config(options.config) if options.config is not None else Config(),
        load_baseline(options.baseline) if options.baseline is not None else Baseline(), options.jobs,
    )  # fmt: skip
    files = gate.files()
    with progress(len(files)) as line:
        outcome = gate.run(files, __version__, line.done)
    if outcome.interrupted:
        _say("已中断：没有检查的文件列为没有读到。")
    for scanner in gate.scanners:
        scanner.keep()
    return outcome


def _gate_targets(
    options: argparse.Namespace, known: Sequence[str], suffixes: Mapping[str, str]
) -> list[tuple[str, Path | None]]:
    """Which format goes where: the first formats to the files given, the one that is left to the screen."""
    outputs = list(options.output or ())
    formats = _listed(options.format or ())
    for name in formats:
        if name not in known:
            raise UsageError(f"没有 {name} 这种报告格式。可用的有：{'、'.join(known)}。")
    if not formats:
        formats = [suffixes.get(path.suffix.lower(), "text") for path in outputs] or ["text"]
    if len(formats) > len(outputs) + 1 or len(outputs) > len(formats):
        raise UsageError(f"有 {len(formats)} 种格式，却有 {len(outputs)} 个 -o。请一一对应；只有一种可以不写文件。")
    if len({os.path.realpath(path) for path in outputs}) < len(outputs):
        raise UsageError("有两个 -o 写的是同一个文件，后写的会盖掉先写的。请各用一个文件名。")
    left: list[Path | None] = [*outputs, None]
    return list(zip(formats, left[: len(formats)], strict=True))


def _baseline(options: argparse.Namespace) -> int:
    from reviewer.gate.baseline import load_baseline
    from reviewer.gate.folder import leads_through
    from reviewer.gate.run import baseline_of
    from reviewer.scanning import today

    if leads_through(options.output, os.path.realpath(options.folder)):
        raise UsageError(f"{options.output} 在要发布的文件夹里，基线不能写在那里。请写到别的文件夹。")
    if not options.reason.strip() or not options.owner.strip():
        raise UsageError("--reason 和 --owner 不能是空的：每一项都要有人负责。")
    if options.until < today():
        raise UsageError(f"--until {options.until} 已经过去了。")
    outcome = _passed(options)
    before = load_baseline(options.baseline).live(today()) if options.baseline is not None else ()
    made, left = baseline_of(outcome, options.reason, options.owner, options.until, before, options.findings_only)
    _store(options.output, lambda stream: stream.write(made.to_bytes()))
    print(f"基线共 {len(made.entries)} 项，{options.until} 到期，由 {_veiled(options.owner)} 负责。")
    if left:
        why = "改动过、到期、吊销，密级标志，文件打不开，或者文件夹名称有问题"
        print(f"另有 {left} 处不能列入（{why}），请用 reviewer gate 查看。")
    return 0


def _certificate(options: argparse.Namespace) -> int:
    from reviewer.gate.told import certificate_told
    from reviewer.scanning import today

    listed = _bytes_of(options.revoked) if options.revoked is not None else None
    lines, is_valid = certificate_told(_bytes_of(options.path), _trust_of(options.trust, None), listed, today())
    for line in lines:
        print(_veiled(line))
    return 0 if is_valid else UNREAD


def _trust_of(path: Path | None, folder: Path | None) -> Trust:
    from reviewer.review.signing import Trust

    if path is None:
        return _keyring(folder).trust()
    return Trust.of(_bytes_of(path))


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        raise UsageError(f"读不了 {path}：{reason(fault)}。") from None


def _keyring(folder: Path | None) -> Keyring:
    from reviewer.review.keyring import Keyring, folder_of

    return Keyring(folder_of(folder, os.environ))


def _now() -> datetime:
    return datetime.now().astimezone()


def _end_of(day: date | None) -> datetime | None:
    """The last second of a day, here."""
    return datetime(day.year, day.month, day.day, 23, 59, 59).astimezone() if day is not None else None


def _signing_new(options: argparse.Namespace) -> int:
    ring = _keyring(options.signing_dir)
    key = ring.create(_now(), options.alg or "ed25519", _end_of(options.until))
    print(
        f"已生成签名密钥 {key.id}（{key.alg}），私钥在 {_veiled(str(ring.folder))}，只有本用户可读。请妥善备份。\n"
        "用 reviewer signing trust 导出公钥，交给运行闸口的机器。"
    )
    return 0


def _signing_rotate(options: argparse.Namespace) -> int:
    key = _keyring(options.signing_dir).rotate(_now(), options.alg, _end_of(options.until))
    print(
        f"已换用签名密钥 {key.id}（{key.alg}）。旧密钥以前签的仍然有效，它的私钥已删除。\n"
        "请重新导出信任文件（reviewer signing trust），交给运行闸口的机器。"
    )
    return 0


def _signing_revoke(options: argparse.Namespace) -> int:
    _keyring(options.signing_dir).revoke(options.key, _now())
    print(
        f"已吊销签名密钥 {options.key}，它签过的一概不算数，私钥已删除。\n请重新导出信任文件、签发吊销名单："
        "闸口从新名单就能知道，不必等新的信任文件。没有别的密钥时，先用 reviewer signing new 新建。"
    )
    return 0


def _signing_list(options: argparse.Namespace) -> int:
    titles = {"active": "在用", "retired": "已停用", "revoked": "已吊销"}
    trust, now = _trust_of(options.trust, options.signing_dir), _now()
    for key in trust.keys:
        until = "" if key.until is None else f"到 {key.until.astimezone():%Y-%m-%d %H:%M}"
        revoked = "" if key.revoked_at is None else f"，{key.revoked_at.astimezone():%Y-%m-%d} 吊销"
        since = f"{key.since.astimezone():%Y-%m-%d %H:%M}"
        print(f"{key.id}\t{key.alg}\t{titles[key.status(now)]}\t从 {since} 起{until}{revoked}")
    if not trust.keys:
        _say("还没有签名密钥。请用 reviewer signing new 生成。")
    return 0


def _signing_trust(options: argparse.Namespace) -> int:
    trust = _keyring(options.signing_dir).trust()
    if not trust.keys:
        raise UsageError("还没有签名密钥。请用 reviewer signing new 生成。")
    if options.output is None:
        print(trust.to_bytes().decode("ascii"), end="")
    else:
        _store(options.output, lambda stream: stream.write(trust.to_bytes()))
    return 0


def _signing_revocations(options: argparse.Namespace) -> int:
    from reviewer.review.certificate import verify
    from reviewer.review.revocation import next_list, sign

    ring, now = _keyring(options.signing_dir), _now()
    before = _bytes_of(options.path) if options.path.exists() else b""
    trust, ids = ring.trust(), []
    for path in options.add:
        verdict = verify(_bytes_of(path), trust, None, now.date())
        if not verdict.id:
            raise UsageError(f"{path} 不是本单位签发的证书：{verdict.message}")
        ids.append(verdict.id)
    made = next_list(before, ids, options.reason, trust, now, options.days)
    paper = sign(made, ring.active(now))
    _store(options.path, lambda stream: stream.write(paper))
    print(f"第 {made.number} 号吊销名单：{len(made.revoked)} 份证书，有效到 {made.fresh_until}。请在此之前重新签发。")
    return 0


# --- the workbench's data --------------------------------------------------------------------------


def _places(options: argparse.Namespace) -> Places:
    """Where the workbench keeps things. Raises UsageError where its packages are not installed."""
    with _from_extra("server", "审查工作台"):
        from reviewer.casework.site import Places
    return Places(options.data, options.database, options.key_file, options.signing_dir)


def _existing(options: argparse.Namespace) -> Places:
    """As `_places`, of an office that is there already: a wrong folder must not look like an empty one."""
    from reviewer.casework.site import DATABASE, data_folder

    places = _places(options)
    folder = data_folder(places.data, os.environ)
    if not (places.database or os.environ.get(DATABASE)) and not (folder / "reviewer.db").is_file():
        raise UsageError(f"{folder} 里没有审查工作台的数据。请用 --data 指定数据文件夹。")
    return places


def _ledger_verify(options: argparse.Namespace) -> int:
    places = _existing(options)
    from reviewer.casework.site import open_office

    papers = [_small_file(path, "检查点") for path in options.checkpoint]
    outcome = open_office(places, os.environ).verify_ledger(papers)
    for line in outcome.unsigned:
        _say(line)
    if outcome.fault is not None:
        from reviewer.review.ledger import BREAKS

        _say(f"台账不完整：{BREAKS[outcome.fault.kind]}。{outcome.fault.told}")
    if not outcome.whole:
        return LEDGER_BROKEN
    print(f"台账完整：共 {outcome.events} 条，对照了 {outcome.heads} 个签名的末尾记录。")
    return 0


def _small_file(path: Path, what: str) -> bytes:
    """The bytes of a file that is a few megabytes at most. Raises UsageError."""
    try:
        with path.open("rb") as stream:
            return stream.read(64 << 20)
    except OSError as fault:
        raise UsageError(f"读不了{what} {path}：{reason(fault)}。") from None


def _ledger_checkpoint(options: argparse.Namespace) -> int:
    places = _existing(options)
    from reviewer.casework.keeping import SYSTEM
    from reviewer.casework.site import open_office

    paper = open_office(places, os.environ).sign_checkpoint(SYSTEM)
    _store(options.path, lambda stream: stream.write(paper))
    return 0


def _backup(options: argparse.Namespace) -> int:
    places = _existing(options)
    from reviewer.casework.site import open_store
    from reviewer.store import backup

    store, vault, key = open_store(places, os.environ)
    count = backup.write(store, vault, key, options.path)
    shown = _veiled(str(options.path))
    print(f"已备份到 {shown}：数据库和 {count} 个文件，已用站点密钥 {key.id} 加密。密钥请另外保管。")
    return 0


def _restore(options: argparse.Namespace) -> int:
    places = _places(options)
    from reviewer.casework.site import open_store
    from reviewer.store import backup

    if not options.path.is_file():
        raise UsageError(f"找不到备份文件 {options.path}。")
    store, vault, key = open_store(places, os.environ)
    events, files = backup.restore(options.path, store, vault, key)
    print(f"已恢复：台账 {events} 条，文件 {files} 个。用户须重新登录。")
    return 0


def _serve(options: argparse.Namespace) -> int:
    from dataclasses import replace

    from reviewer.web.serve import Wishes, check, serve
    from reviewer.workers import usable_cores

    secret = options.oidc_secret_file
    wishes = Wishes(
        options.host, options.port, options.tls_cert, options.tls_key, options.public, max(options.most_megabytes, 1),
        options.scans if options.scans > 0 else max(usable_cores() - 1, 1), options.oidc_issuer, options.oidc_client,
        _small_file(secret, "文件").decode("utf-8", "replace").strip() if secret else "",
    )  # fmt: skip
    check(wishes)
    try:
        import uvicorn  # noqa: F401
    except ImportError:
        raise UsageError("审查工作台要另外安装：pip install 'gov-draft-reviewer[server]'。") from None
    from reviewer.api.app import create

    places = replace(_places(options), rules=tuple(options.rules))
    serve(places, os.environ, wishes, lambda line: print(line, flush=True), create)
    return 0


# --- bundle ----------------------------------------------------------------------------------------


def _bundle_wheels(options: argparse.Namespace) -> int:
    from reviewer.bundle import PLATFORMS, Wanted, make

    wanted = Wanted(
        options.out, options.source, options.extras, tuple(dict.fromkeys(options.platform)) or PLATFORMS,
        options.python or (sys.version_info[0], sys.version_info[1]),
    )  # fmt: skip
    made = make(wanted, say=lambda line: print(line, flush=True))
    for name, (count, size) in made.counts.items():
        print(f"{name}：{count} 个包，{size / 1e6:.0f} MB")
    for name, why in made.faults.items():
        _say(f"{name} 没有做成：{why}")
    print(f"已写到 {options.out}。安装办法见其中的 安装说明.txt。")
    return 1 if made.faults else 0


# --- doctor ----------------------------------------------------------------------------------------


def _doctor(options: argparse.Namespace) -> int:
    from dataclasses import replace

    from reviewer.doctor import checks, formats
    from reviewer.scanning import cache_folder

    every = [replace(one, kind="图片" if one.kind == "picture" else one.kind) for one in formats()]
    for title, kinds in (
        ("能审查", [one.kind for one in every if one.read]),
        ("能标注、生成公开稿", [one.kind for one in every if one.marked]),
    ):
        print(f"{title}：{'、'.join(kinds)}")
    lacking: dict[str, list[str]] = {}
    for one in every:
        if one.missing:
            lacking.setdefault(one.missing, []).append(one.kind)
    for advice, kinds in lacking.items():
        print(f"暂不能完整审查：{'、'.join(kinds)}。{advice.rstrip('。')}。")
    print()
    for check in checks(cache_folder()):
        print(f"{'√' if check.holds else '×'} {check.name}：{check.told}{'。' + check.advice if check.advice else ''}")
    return 0


# --- evaluate, compare -----------------------------------------------------------------------------


def _evaluate(options: argparse.Namespace) -> int:

    from reviewer.evaluation import evaluate, labelled_texts, names_by_model, usual_severities

    scanner = _scanner(options)
    by_model = names_by_model(options.language)
    find: Any = by_model if options.model_only else lambda text: scanner.text(text).findings
    if options.against is not None:
        return _evaluate_against(options, find)
    outcome = evaluate(
        labelled_texts(Path(options.path)), find, overlap=options.match == "overlap",
        min_severity=options.min_severity, usual=usual_severities(scanner.book.rules), answers=options.format == "json",
    )  # fmt: skip
    if _told_as_json(outcome, options):
        return 0
    from reviewer.model import ENTITY_TITLES

    print(f"{outcome['texts']} 段文字；怎样算对：{_MATCHES[options.match]}")
    print("类别\t查全率\t95%区间\t查准率\t95%区间\t对\t误\t漏")
    for entity, score in [*outcome["by_entity"].items(), ("合计", outcome["total"])]:
        print("\t".join([
            f"{ENTITY_TITLES.get(entity, '')}{entity}", _percent(score["recall"]), _interval(score["ci"]["recall"]),
            _percent(score["precision"]), _interval(score["ci"]["precision"]),
            str(score["tp"]), str(score["fp"]), str(score["fn"]),
        ]))  # fmt: skip
    if outcome["other_labels"]:
        count = sum(outcome["other_labels"].values())
        print(f"另有 {count} 处标注不属于本程序查的类别，没有计算。")
    return 0


def _told_as_json(outcome: Mapping[str, Any], options: argparse.Namespace) -> bool:
    """Whether JSON was asked for, and has been printed. Raises UsageError where there was nothing to measure on."""
    import json

    if not outcome["texts"]:
        raise UsageError(f"{options.path} 中没有标注的文字。")
    if options.format == "json":
        print(json.dumps(outcome, ensure_ascii=False, indent=1))
    return bool(options.format == "json")


_MATCHES = {"exact": "起止完全相同", "overlap": "交并比不小于一半"}


def _evaluate_against(options: argparse.Namespace, find: Any) -> int:

    from reviewer import scan_text
    from reviewer.evaluation import labelled_texts
    from reviewer.evaluation.against import CHANGES, compare, read_answers
    from reviewer.model import ENTITY_TITLES
    from reviewer.reports.veil import masked_path

    outcome = compare(
        labelled_texts(Path(options.path)), find, read_answers(options.against),
        overlap=options.match == "overlap", min_severity=options.min_severity,
    )  # fmt: skip
    if _told_as_json(outcome, options):
        return 0
    print(f"{outcome['texts']} 段文字；怎样算对：{_MATCHES[options.match]}；差 = 这一次 − 对照，方括号里是 95% 区间")
    print("类别\t查准率 对照→这次\t差\t查全率 对照→这次\t差\tF1 对照→这次\t差")
    for entity, row in [*outcome["by_entity"].items(), ("合计", outcome["total"])]:
        cells = [f"{ENTITY_TITLES.get(entity, '')}{entity}"]
        for measure in ("precision", "recall", "f1"):
            cells += [f"{_percent(row['old'][measure])}→{_percent(row['new'][measure])}", _points(row, measure)]
        print("\t".join(cells))
    for change, title in CHANGES.items():
        cases = [one for one in outcome["cases"] if one["change"] == change]
        if cases:
            print(f"{title}：{len(cases)} 处" + (f"，列出前 {_CASES} 处" if len(cases) > _CASES else ""))
        for one in cases[:_CASES]:
            name = masked_path(one["text"], lambda text: scan_text(text).findings)
            place = f"第 {one['start'] + 1}–{one['end']} 字"
            print("\t".join([f"  {name}", place, ENTITY_TITLES[one["entity"]], one["severity"], one["rule"]]))
    return 0


_CASES = 50
"""cases of a kind that the console lists"""


def _points(row: Mapping[str, Any], measure: str) -> str:
    """A difference in percentage points with its interval."""
    told = row["difference"][measure]
    if told["value"] is None:
        return "—"
    low, high = told["ci"] or (None, None)
    return f"{told['value']:+.1%}" + ("" if low is None else f" [{low:+.1%}, {high:+.1%}]")


def _percent(value: float | None) -> str:
    return "—" if value is None else f"{value:.1%}"


def _interval(value: list[float] | None) -> str:
    return "—" if value is None else f"{value[0]:.1%}–{value[1]:.1%}"


def _compare(options: argparse.Namespace) -> int:
    import json

    from reviewer.comparison import compare, read_output

    outcome = compare(read_output(Path(options.old)), read_output(Path(options.new)))
    if options.format == "json":
        print(json.dumps(outcome, ensure_ascii=False, indent=1))
        return 0
    for name, title in (("new", "新增"), ("gone", "消失"), ("known", "仍在")):
        print(f"{title} {len(outcome[name])} 处")
        for one in outcome[name][:50] if name != "known" else ():
            print(f"  {one['severity']}\t{one['entity']}\t{one['rule']}\t{one['value']}")
    return 0


# --- feedback --------------------------------------------------------------------------------------


def _feedback(options: argparse.Namespace) -> int:
    places = _existing(options)
    from dataclasses import replace

    from reviewer.casework.feedback import alarming, offer
    from reviewer.casework.permissions import Who
    from reviewer.casework.site import open_office

    office = open_office(replace(places, rules=tuple(options.rules)), os.environ)
    operator = Who(0, "system")
    alarms = [one for one in alarming(office, operator) if not options.rule or one.rule in options.rule]
    if not alarms:
        print("没有登记的误报。")
        return 0
    ground = _ground(options, office.intake.scanner)
    written = 0
    for one in alarms:
        print(f"{one.rule}：{one.items} 件事项里的 {one.false} 处误报（已处理 {one.found} 处）")
        made = offer(office, operator, one.rule, ground)
        if made.deleted:
            print(f"  其中 {made.deleted} 处的原文已经按期删除，看不到了。")
        written += _tell_offer(made, office.intake.masked, options.output)
        if options.state is not None:
            _tell_touched(options, office, made)
    if options.output is not None:
        print(f"写了 {written} 个规则文件到 {options.output}，里面有误报处的原文。")
        print("请逐个核对；采用的放进本单位的规则文件夹（--rules），同名的规则文件换成新的。")
    return 0


def _ground(options: argparse.Namespace, scanner: Scanner) -> Any:
    """What proposals are tried on beside the examples of the rules."""
    from reviewer.evaluation.feedback import Ground, sample_ground
    from reviewer.evaluation.labelled import labelled_texts
    from reviewer.rulebook.load import packaged_rules

    folder = options.samples or packaged_rules().parent / "samples"
    if options.samples is not None and not folder.is_dir():
        raise UsageError(f"找不到样本文件夹：{folder}")
    documents, wanted = sample_ground(folder, scanner) if folder.is_dir() else ((), {})
    return Ground(tuple(labelled_texts(options.labelled)) if options.labelled else (), documents, wanted)


def _tell_offer(made: Any, masked: Callable[[str], str], folder: Path | None) -> int:
    """Prints what could be changed for one rule, without values; how many files were written."""
    from reviewer.evaluation.feedback import KINDS

    lone = sum(not one.fires for one in made.examples)
    if lone:
        print(f"  {lone} 处离开上下文就不报了，不能由它提出修改。")
    written = 0
    for proposal, effect in made.tried:
        is_chosen = proposal.name in made.chosen
        told = proposal.told if proposal.kind != "words" else f"{len(proposal.told)} 个字"
        verdict = f"不可采用：{effect.refused}" if effect.refused else "建议采用" if is_chosen else "可以采用"
        print(f"  {proposal.file}\t{KINDS[proposal.kind]}（{masked(told)}）\t{verdict}")
        tried = f"试了 {effect.examples} 个规则例子、{effect.texts} 份样本"
        print(f"    {effect.silent} 个反例不再报，{effect.ringing} 个照报；{tried}")
        for one in effect.failing:
            print(f"    不符的例子：{one}")
        for lost in effect.lost[:_CASES]:
            word = "应当查出、会漏掉" if lost.expected else "也不再报"
            print(f"    {word}：{masked(lost.where)} 第 {lost.start + 1}–{lost.end} 字 {lost.entity} {lost.rule}")
        if folder is not None and is_chosen:
            _put_rule(folder, proposal)
            written += 1
    return written


def _tell_touched(options: argparse.Namespace, office: Any, made: Any) -> None:
    """Prints what the state of rescans says of the rule's findings among published documents."""
    from reviewer.rescan.state import State
    from reviewer.rescan.touched import touched

    state = State.open(_state_at(options.state, lambda _: Path()), office.key)
    try:
        told = touched(state, made.rule, made.examples, office.intake.scanner)
    finally:
        state.close()
    print(
        f"  已公开的文件：{told.documents} 份里有这条规则的 {told.findings} 处发现，{told.same} 处与误报是同样的值。"
        "改了规则，下一次 rescan 重新看这些文件，不再报的列为“消失”。"
    )


def _put_rule(folder: Path, proposal: Any) -> None:
    path = folder / proposal.file
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # For the owner alone: it holds what was typed.
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise UsageError(f"{path} 已经存在，没有覆盖。") from None
    except OSError as fault:
        raise UsageError(f"{path} 写不了（{reason(fault)}）。") from None
    with open(descriptor, "w", encoding="utf-8") as stream:
        stream.write(proposal.content)


if __name__ == "__main__":
    run()
