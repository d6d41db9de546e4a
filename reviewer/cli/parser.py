"""The commands, their options and what runs each of them; argparse in Chinese."""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Any, NoReturn

from reviewer import __version__
from reviewer.cli.common import USAGE, say
from reviewer.cli.options import (
    columns,
    count,
    day,
    days,
    engine_options,
    gate_options,
    key_option,
    language_option,
    names,
    office_options,
    password_option,
    review_options,
    rule_options,
    version,
)


class _Parser(argparse.ArgumentParser):
    """argparse in Chinese: what it prints by itself is translated here, exit code 2 stays."""

    def __init__(self, **options: Any) -> None:
        # No abbreviations: --show for --show-values would print what was found by mistake.
        super().__init__(**options, allow_abbrev=False)

    def error(self, message: str) -> NoReturn:
        hint = _meant(message, self.format_help())
        for english, chinese in _MESSAGES:
            message = re.sub(english, chinese, message)
        say(f"用法有误：{message}{hint}\n{self.format_usage().strip()}\n加 --help 看说明。")
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


_CODES = """退出码（取第一个符合的）：
  1 程序自身故障，或者磁盘写满   2 用法有误   13 有不得公开的内容
  3 有没读到的部分或者没有输入   12 有须人工判断的内容   0 其余情况
"""
_EXIT_CODES = _CODES + """\
按 Ctrl-C 中断：已审查的文件照常写进报告，其余列为没有读到；再按一次立即退出（130），不写报告。"""
_CODES_OF_RESCAN = _CODES + """\
来源没有走完也是 3。按 Ctrl-C 中断：看过的都记下了，照常写报告（json 里 finished 为 false）；
再运行一次同样的命令就接着做。"""


def make_parser() -> argparse.ArgumentParser:
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
    _command(commands, "doctor", "这台机器能读、能标注、能生成公开稿的格式，还缺什么", "machine:doctor")
    return parser


def _command(commands: Any, name: str, help: str, run: str | None, epilog: str = "") -> argparse.ArgumentParser:
    """A command; `run` names its function, as in `scan:scan`: module:function of this package."""
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=help, description=help, epilog=epilog, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.set_defaults(run=run, parser=parser)
    return parser


def _scan_parser(commands: Any) -> None:
    parser = _command(commands, "scan", "审查草稿：文件或文件夹", "scan:scan", _EXIT_CODES)
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
    password_option(parser)
    parser.add_argument("--width", type=columns, metavar="列", help="控制台报告的宽度，40 到 400")
    parser.add_argument("--resume", action="store_true", help="接着上次中断的同样的审查：没有变动的文件不再审")
    parser.add_argument("--jobs", type=count, metavar="个数", help="同时审查几个文件（默认：处理器的核数）")
    parser.add_argument(
        "--against", metavar="位置",
        help="再查汇聚风险：和已公开的放在一起会说出什么；位置是 reviewer rescan 的状态，或者审查工作台的网址",
    )  # fmt: skip
    parser.add_argument(
        "--token-file", type=Path, metavar="文件", help="问工作台时用的接口令牌（也可用环境变量 REVIEWER_TOKEN）"
    )
    review_options(parser)


def _rescan_parser(commands: Any) -> None:
    parser = _command(
        commands, "rescan", "定期清理：重新审查已经公开的内容，只看上次以后有变化的", "rescan:rescan", _CODES_OF_RESCAN
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
    password_option(parser)
    parser.add_argument("--jobs", type=count, metavar="个数", help="同时审查几个文件（默认：处理器的核数）")
    engine_options(parser)
    review_options(parser)


def _takedown_parser(commands: Any) -> None:
    parser = _command(
        commands, "takedown", "撤下清单：公示期满、已废止、含有个人信息的……该撤下、去标识还是保留", None,
        "清单由 reviewer rescan 列出；写法和填法见 docs/takedown.md。",
    )  # fmt: skip
    actions = parser.add_subparsers(title="动作", metavar="动作", required=True)
    show = _command(actions, "list", "各单位有多少条，做到哪一步", "rescan:takedown_list")
    export = _command(actions, "export", "导出清单（xlsx），每个单位一张工作表，交各单位填写", "rescan:takedown_export")
    export.add_argument("-o", "--output", required=True, type=Path, metavar="文件", help="写到哪里")
    export.add_argument("--unit", default="", metavar="单位", help="只导出这个单位的")
    export.add_argument("--all", action="store_true", help="连同已完成的和决定保留的（默认只有没办完的）")
    back = _command(
        actions, "import", "收回填好的清单：各行的“处理”“理由”“责任人”记为决定", "rescan:takedown_import",
        "有一行填错，就什么也不写入，并指出错在哪里。退出码：0 已写入   2 清单有错",
    )  # fmt: skip
    back.add_argument("path", type=Path, metavar="文件", help="填好的 xlsx")
    back.add_argument("--by", required=True, metavar="姓名", help="由谁登记，写进台账")
    live = _command(
        actions, "check-live", "到网站上看清单里的网址是不是已经打不开（要能连到网站）", "rescan:takedown_live",
        "每秒至多三次，先 HEAD 后 GET。404、410 记为完成；跳到首页的、提示“不存在”的，请人工看。",
    )  # fmt: skip
    verify = _command(
        actions, "verify", "核验撤下清单的台账", "rescan:takedown_verify", "退出码：0 完整   4 不完整   2 用法有误。"
    )  # fmt: skip
    for one in (show, export, back, live, verify):
        one.add_argument("--state", metavar="位置", help="同 reviewer rescan 的 --state")
        key_option(one)


def _annotate_parser(commands: Any) -> None:
    parser = _command(
        commands, "annotate", "在草稿上逐处标注：Word 批注、Excel 批注、PDF 高亮；网页和文本生成标注网页",
        "marking:annotate",
        "标注后的文件含有草稿原文，只供审查使用，不得发布。标注写好就返回 0，发现了什么请看标注；草稿读不了返回 3。",
    )  # fmt: skip
    parser.add_argument("path", metavar="草稿", help="一个文件")
    parser.add_argument("-o", "--output", required=True, metavar="文件", help="标注后的文件，或一个文件夹")
    parser.add_argument("--min-severity", choices=("note", "check", "block"), default="note", help="只标这一级以上的")
    review_options(parser)


def _mask_parser(commands: Any) -> None:
    parser = _command(
        commands, "mask", "区分处理：生成可以公开的副本（遮盖个人信息，清除批注、修订、隐藏内容和文件属性）",
        "marking:mask", _MASK_CODES,
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
    review_options(parser)


_MASK_CODES = """退出码（取第一个符合的）：
  1 程序自身故障，或者磁盘写满   2 用法有误
  13 没有生成副本：有密级、不公开等标志还没有处理意见，或者副本没有通过核验
  3 没有生成副本：有没读到的部分没有人确认，或者草稿读不了   0 副本已写好并通过核验
从不改动草稿本身。"""


def _text_parser(commands: Any) -> None:
    parser = _command(
        commands, "text", "打印从文件中读出的文字（UTF-8）；报告中的 start、end 就在这段文字里计数", "marking:text"
    )
    parser.add_argument("path", metavar="文件", help="也可以是报告中的 材料.zip!目录/草稿.docx")
    password_option(parser)


def _rules_parser(commands: Any) -> None:
    parser = _command(commands, "rules", "查看、检查规则", None)
    actions = parser.add_subparsers(title="动作", metavar="动作", required=True)
    rule_options(_command(actions, "list", "列出全部规则", "rules:rules_list"))
    show = _command(actions, "show", "打印一条规则的原文", "rules:rules_show")
    explain = _command(actions, "explain", "用白话说明一条规则：查什么、依据、怎么办、例子", "rules:rules_explain")
    for one in (show, explain):
        one.add_argument("id", metavar="规则编号")
        rule_options(one)
    rule_options(_command(actions, "test", "检查规则文件并运行其中的例子", "rules:rules_test"))


def _key_parser(commands: Any) -> None:
    parser = _command(commands, "key", "站点密钥（指纹用）", None)
    actions = parser.add_subparsers(title="动作", metavar="动作", required=True)
    key_option(_command(actions, "new", "生成站点密钥（不会覆盖已有的）", "rules:key_new"))
    key_option(_command(actions, "id", "显示密钥的公开编号", "rules:key_id"))


def _evaluate_parser(commands: Any) -> None:
    parser = _command(commands, "evaluate", "用标注好的文字衡量查全率、查准率", "evaluation:evaluate")
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
    language_option(parser)
    rule_options(parser)


def _compare_parser(commands: Any) -> None:
    parser = _command(commands, "compare", "比较两次扫描的 JSON 结果：新增、消失、仍在的发现", "evaluation:compare")
    parser.add_argument("old", metavar="旧结果.json")
    parser.add_argument("new", metavar="新结果.json")
    parser.add_argument("--format", choices=("console", "json"), default="console")


def _feedback_parser(commands: Any) -> None:
    parser = _command(
        commands, "feedback", "由审查工作台里登记的误报，提出规则怎样改（不会自动改），改了还会影响什么",
        "feedback:feedback",
        "不用登录，在存放数据的机器上运行；看了多少处误报的原文，记入审查台账。控制台上不显示原文，写出的规则文件里有。",
    )  # fmt: skip
    parser.add_argument("--rule", action="append", default=[], metavar="编号", help="只看这条规则，可重复（默认全部）")
    parser.add_argument("--labelled", type=Path, metavar="路径", help="标注好的文字（docs/evaluate.md），改了不得漏掉")
    parser.add_argument("--samples", type=Path, metavar="文件夹", help="样本和它们的 .expected.json：改了不得漏掉")
    parser.add_argument("--state", metavar="位置", help="reviewer rescan 的记录：已公开的文件里会牵动多少")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="文件夹", help="把建议采用的写成规则文件，放进这个文件夹"
    )
    rule_options(parser)
    office_options(parser)


def _gate_parser(commands: Any) -> None:
    parser = _command(
        commands, "gate", "发布闸口：文件夹里的每个文件都有有效的发布证书、没有没决定过的内容，才能发布", "gate:gate",
        _GATE_CODES,
    )  # fmt: skip
    gate_options(parser)
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


def _baseline_parser(commands: Any) -> None:
    parser = _command(
        commands, "baseline", "为启用闸口之前就有的文件夹建立基线：列出现有的问题，由人负责，到期失效", "gate:baseline",
        "基线只有文件的 SHA-256 和位置，没有原值，也不写路径。文件改动一个字节，它的各项就不再起作用。\n"
        "批准后改动过、证书到期、证书吊销的不能列入。",
    )  # fmt: skip
    gate_options(parser)
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="文件", help="基线写到哪里")
    parser.add_argument("--reason", required=True, metavar="理由", help="为什么可以暂时保留")
    parser.add_argument("--owner", required=True, metavar="负责人", help="谁负责清理：部门或者人")
    parser.add_argument("--until", required=True, type=day, metavar="日期", help="哪一天到期，如 2027-06-30")
    parser.add_argument("--findings-only", action="store_true", help="只列查出的内容和未读部分，文件仍然要有证书")


def _certificate_parser(commands: Any) -> None:
    parser = _command(
        commands, "certificate", "显示一份发布证书：批准了什么、谁审查的、现在是否有效", "gate:certificate"
    )
    parser.add_argument("path", type=Path, metavar="证书", help="证书文件（.json）")
    parser.add_argument("--trust", type=Path, metavar="文件", help="信任文件（默认：本机签名密钥的）")
    parser.add_argument("--revoked", type=Path, metavar="文件", help="签名的吊销名单；没有就按已吊销处理")


def _signing_parser(commands: Any) -> None:
    parser = _command(commands, "signing", "签名密钥、信任文件和吊销名单", None)
    actions = parser.add_subparsers(title="动作", metavar="动作", required=True)
    new = _command(actions, "new", "生成签名密钥（不会覆盖已有的）", "gate:signing_new")
    rotate = _command(actions, "rotate", "换一把签名密钥；旧的不能再签，以前签的仍然有效", "gate:signing_rotate")
    for one in (new, rotate):
        one.add_argument("--alg", choices=("ed25519", "sm2-sm3"), help="签名算法（默认 ed25519；国密要装 [sm]）")
        one.add_argument("--until", type=day, metavar="日期", help="密钥用到哪一天")
    revoke = _command(actions, "revoke", "吊销一把签名密钥：它签过的一概不算数", "gate:signing_revoke")
    revoke.add_argument("key", metavar="编号", help="密钥的编号，见 reviewer signing list")
    listed = _command(actions, "list", "列出密钥：编号、算法、状态、有效期", "gate:signing_list")
    listed.add_argument("--trust", type=Path, metavar="文件", help="列出这个信任文件里的（默认：本机的）")
    trust = _command(actions, "trust", "导出信任文件：只有公钥，交给运行闸口的机器", "gate:signing_trust")
    trust.add_argument("-o", "--output", type=Path, metavar="文件", help="写到哪里（默认打印出来）")
    list_ = _command(
        actions, "revocations", "签发新一期吊销名单；文件已存在时，接着它写", "gate:signing_revocations",
        "名单要在过期之前重新签发，即使没有新吊销的证书：闸口不认过期的名单。",
    )  # fmt: skip
    list_.add_argument("path", type=Path, metavar="名单", help="吊销名单文件")
    list_.add_argument("--add", action="append", type=Path, default=[], metavar="证书", help="吊销这份证书，可重复")
    list_.add_argument("--reason", default="other", choices=_REASONS, help="为什么吊销")
    list_.add_argument("--days", type=days, default=7, metavar="天数", help="名单几天内有效（默认 7）")
    for one in (new, rotate, revoke, listed, trust, list_):
        one.add_argument(
            "--signing-dir", type=Path, metavar="文件夹",
            help="签名密钥的文件夹（也可用环境变量 REVIEWER_SIGNING_DIR）",
        )  # fmt: skip


_REASONS = ("taken-down", "withdrawn", "re-review", "superseded", "mistake", "key", "other")


def _ledger_parser(commands: Any) -> None:
    parser = _command(commands, "ledger", "审查台账：核验、签发检查点", None)
    actions = parser.add_subparsers(title="动作", metavar="动作", required=True)
    check = _command(
        actions, "verify", "核验台账：有没有改动、删除、调换顺序、截断或者整条重写，出在哪一条", "office:ledger_verify",
        "退出码：0 完整   4 不完整   2 用法有误。不用登录，在存放数据的机器上运行。",
    )  # fmt: skip
    check.add_argument(
        "--checkpoint", action="append", type=Path, default=[], metavar="文件",
        help="另外保存的检查点或者发布证书，用来发现截断和重写，可重复",
    )  # fmt: skip
    sign = _command(actions, "checkpoint", "签发检查点：请保存在别的机器上，核验时用", "office:ledger_checkpoint")
    sign.add_argument("path", type=Path, metavar="文件", help="写到哪里")
    for one in (check, sign):
        office_options(one)


def _backup_parser(commands: Any) -> None:
    backup = _command(
        commands, "backup", "备份审查工作台的数据库和文件：一个加密的文件，里面没有密钥", "office:backup",
        "站点密钥和签名密钥不在备份里，请另外保管：没有当时的站点密钥，备份谁也打不开。",
    )  # fmt: skip
    restore = _command(commands, "restore", "把备份恢复到空的数据文件夹（或空的 PostgreSQL 数据库）", "office:restore")
    for one in (backup, restore):
        one.add_argument("path", type=Path, metavar="文件", help="备份文件")
        office_options(one)


def _serve_parser(commands: Any) -> None:
    parser = _command(
        commands, "serve", "启动审查工作台（网页）", "office:serve",
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
    rule_options(parser)
    office_options(parser)


def _bundle_parser(commands: Any) -> None:
    parser = _command(
        commands, "bundle", "制作离线安装包（Linux x86-64 和 ARM64）", "machine:bundle_wheels",
        "要在连网的 Linux 上运行。包里有全部 wheel、install.sh、安装说明.txt 和 SHA256SUMS。",
    )  # fmt: skip
    parser.add_argument("out", type=Path, metavar="文件夹", help="写到哪里：不存在的或者空的文件夹")
    parser.add_argument("--extras", type=names, default=("server",), metavar="组件",
    help="附加组件，用逗号隔开：server、ocr、language、sm（默认 server；none 表示都不要）")
    parser.add_argument("--platform", action="append", default=[], metavar="平台",
    help="x86_64 或 aarch64，可以重复（默认两种都做）")
    parser.add_argument("--python", type=version, metavar="版本", help="目标机器上的 Python，如 3.11（默认同本机）")
    parser.add_argument("--source", type=Path, default=Path(), metavar="路径",
    help="本项目的源代码文件夹，或者它的 wheel（默认当前文件夹）")
