"""Whether what is noted as written proof names a paper at all: a call opens a change and never proves it (CHG-01, CF-23)."""

from __future__ import annotations

from typing import Any

from rules.fields import clean

_CALLS = "电话 来电 去电 通话 口头 口述 phone call called oral spoke verbal"
_PAPERS = """
传真 邮件 微信 短信 截图 截屏 照片 图片 拍照 扫描 函 证明 签字 签章 盖章 文件 附件 托运书 通知单 链接
fax mail wechat qq sms chat screenshot photo picture scan letter paper signed signature stamped document link
"""
CALLS, PAPERS = _CALLS.split(), _PAPERS.split()


def only_a_call(note: str | None) -> bool:
    """Whether `note` names a telephone call or spoken words and no paper: “电话，赵敏” does, “传真，电话核对过” does not."""
    text = (clean(note) or "").casefold()
    return any(word in text for word in CALLS) and not any(word in text for word in PAPERS)


def heard(data: dict[str, Any]) -> dict[str, Any]:
    """A new request whose “proof” is only a call is opened without proof: what was noted becomes what the customer said, and
    the request waits for its paper. Anything else stays as it is."""
    if not only_a_call(data.get("proof_note")) or data.get("papers"):
        return data
    said = "\n".join(filter(None, (data.get("said"), data["proof_note"])))
    return data | {"proof_note": None, "proof_items": [], "said": said}
