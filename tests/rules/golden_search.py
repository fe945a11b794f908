"""A small office by heart, what is typed into the find box there, and what must be found, best first (freight 6).

The order is that of `rules/search.py`: what the number or name is, what begins so, what ends so, what has the words;
customers (c), shipments (s), matters (k), texts of the handbook (d), messages (m); the newer before the older.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from models import Document, DocumentVersion, Message
from rules.terms import CASE, CUSTOMER, DOCUMENT, MESSAGE, SHIPMENT
from tests.rules.searching import AT, complaint, customer, kept, shipment

Places = dict[str, tuple[str, int]]

SAID = {  # key: where it hangs, what the desk wrote, what the other said, with whom
    "m1": ("k1", "您的货因限载拉货，改配CA4321明天早班", None, None),
    "m2": ("k1", None, "货到哪里了？我等了三天！", "王先生"),
    "m3": ("k1", "The consignment was offloaded; new flight CA4321 tomorrow.", None, None),
    "m4": ("k2", "他说‘再不到就退货’，已请主管", None, None),
    "m5": ("c1", "已给崔明发了报价：北京100KG起，每公斤3.50元", None, None),
    "m6": ("s1", "刘玲玲说已签收，回单7月8日寄出👍", None, None),
    "m7": ("k2", "单号ＡＢＣ１２３，查无此货", None, None),
    "m8": ("k2", "𠮷野家的货", None, None),
    "m10": ("k2", 'C/O Hong-Kong, 50% off?! "quoted" it\'s <b>bold</b> a_b\\c', None, None),
    "m11": ("k1", "航班取消；航 班 延误不赔", None, None),
    "m12": ("k2", "カメラ２台、ﾊﾝﾌﾞﾙｸ経由", None, None),
    "m13": ("k2", "مرحبا بالعالم", None, None),
    "m14": ("k2", "Straße Café MÜNCHEN", None, None),
    "m15": ("k2", "回電：請退運 7788", None, None),
}
TEXTS = {  # key: number, state, active, titles, bodies
    "d1": ("SCR-17", "approved", True, "拉货通知", "Bumped from the flight", "您好，{name}：您的货物因航班限载未能装机。", "Your cargo was bumped."),
    "d2": ("E-068", "approved", True, "回单怎么取", "How to collect the proof of delivery", "回单由派送员当面收取。\n- 签字\n- 日期", "Signed and dated."),
    "d3": ("SCR-18", "draft", True, "拉货致歉草稿", "Draft", "未批准的拉货话术", "Not approved"),
    "d4": ("SCR-19", "approved", False, "停用的拉货话术", "Not in use", "拉货", "offloaded"),
    "d5": ("SCR-20", "withdrawn", True, "撤回的拉货话术", "Withdrawn", "拉货", "offloaded"),
}  # fmt: skip

# typed | what is found, best first; nothing after the bar: nothing is found
QUERIES = """
货|c1 k1 d1 m8 m7 m4 m2 m1
拉|k1 d1 m1
拉货|k1 d1 m1
限载|d1 m1
限载拉货|m1
拉货改配|
改配|m1
班延|k1
航班|k2 k1 d1 m11
航班延误|k1
航 班|k2 k1 d1 m11
延误|k2 k1 m11
延误 航班|k2 k1 m11
航班 取消|m11
取消航班|
误|k2 k1 m11
三天|k1 m2
等了三天|m2
货到哪里了|m2
货到哪里了？|m2
我等了三天！|m2
哪里 三天|m2
王|s2 c2 k2 k1 m2
王伟|s2 k2
王小伟|k1
王先生|m2
小伟|k1
伟|c2 s2 k2 k1
主管|m4
退货|m4
不到就退|m4
再不到就退货|m4
‘再不到就退货’|m4
“退货”|m4
报价|m5
每公斤|m5
每公斤3.50元|m5
3.50|m5
3.5|
100kg|m5
100KG|m5
北京|s1 m5
北京100KG|m5
北京 刘玲玲|s1
刘玲玲 北京|s1
刘玲玲|s1 m6
玲玲|s1 m6
刘玲|s1 m6
玲刘|
签收|m6
回单|d2 m6
回单怎么|d2
怎么取|d2
单|d2 m7 m6
7月8日|m6
寄出👍|m6
👍|
👍 回单|d2 m6
🙂🙂🙂|
ABC123|m7
abc123|m7
ＡＢＣ１２３|m7
单号ABC123|m7
查无此货|m7
𠮷|m8
𠮷野家|m8
野家|m8
c/o|m10
C/O Hong-Kong|m10
hong kong|m10
hongkong|
50%|m10 m5
50|m10 m5
%|
_|
\\|
"quoted"|m10
'quoted'|m10
"|
'|
""|
it's|m10
<b>bold</b>|m10
bold|m10
a_b\\c|m10
<script>|
offloaded|m3
OFFLOADED|m3
offload|
consignment offloaded|m3
flight tomorrow|m3
flight|d1 m3
new flight CA4321|m3
CA4321|m3 m1
ca4321明天|m1
bumped|d1
bumped flight|d1
cargo was bumped|d1
proof of delivery|d2
delivery proof|d2
The|d2 d1 m3
カメラ|m12
カメラ2台|m12
ハンブルク|m12
経由|m12
مرحبا|m13
بالعالم مرحبا|m13
strasse|m14
STRASSE|m14
straße|m14
café|m14
cafe|
münchen|m14
MÜNCHEN|m14
回電|m15
回|d2 m15 m6
请退|
7788|s2 m15
so7788|s2
scr-17|d1
SCR17|d1
scr|d1
17|d1
lhtz|d1
LHTZ|d1
hdzmq|d2
e068|d2
SCR-18|
SCR-19|
未批准|
草稿|
停用|
撤回|
10000005|s1
784-12345675|s1
784 1234 5675|s1
5675|s1
0005|s1
005|
1000|s3 s2 s1
msku1234565|s2
4565|s2
粤B78663|s3
8663|s3
78663|s3
重庆|s3
cqhy|
重庆华宇|s3
汉堡|s2
CMP-20418|k1
20418|k1
2041|k2 k1
13800133717|c1
138 0013 3717|c1
3717|c1
9999|k1
wx_445140|c1
ops@yuanhang.example|c1
远航|c1
远航国际|c1
shyh|c1
yhgj|c1
崔明|c1 m5
cm|c1 k2 k1
曾志伟|c2
zzw|c2
czw|c2
jxsm|c2
不要拆箱|c2
顺丰|c2
royal|c3
phil|c3
中国|c3
anna|c3
Müller|c3
H101|c2
h10|c3 c2 c1
破损2件|k2
破损 少件|k2
2件|k2
手机|s1
另一个|
AND|d2
OR|
NOT 拉货|
拉货*|k1 d1 m1
(拉货|k1 d1 m1
拉货" OR "1|
body:拉货|
@message|
@1|
@message 拉货|
NEAR(拉货)|
^拉货|k1 d1 m1
-拉货|k1 d1 m1
拉货，|k1 d1 m1
拉货　限载|d1 m1
拉货 限载 早班 改配|m1
"""


def build(session: Session) -> Places:
    """The office of the queries; returns the place of every key."""
    found: Places = {}
    _people_and_goods(session, found)
    for key, text in TEXTS.items():
        number, state, active, title_zh, title_en, body_zh, body_en = text
        version = DocumentVersion(number=1, state=state, title_zh=title_zh, title_en=title_en, body_zh=body_zh,
                                  body_en=body_en, drafted_at=AT)  # fmt: skip
        what = "article" if number.startswith("E") else "script"
        document = kept(session, Document(what=what, number=number, grouped="EXC", active=active, versions=[version]))
        found[key] = DOCUMENT, document.id
    for key, (home, text, said, party) in SAID.items():
        found[key] = MESSAGE, say(session, found[home], text, said, party)
    found["m9"] = MESSAGE, say(session, found["c4"], "限载拉货，另一个营业部", None, "远航", office=2)
    return found


def say(
    session: Session, home: tuple[str, int], text: str | None, said: str | None = None, party: str | None = None,
    office: int = 1,
) -> int:  # fmt: skip
    """One message on a matter, customer or shipment; its id."""
    message = Message(office_id=office, direction="in" if said else "out", text=text, said=said, party=party, at=AT)
    setattr(message, f"{home[0]}_id", home[1])
    return int(kept(session, message).id)


def _people_and_goods(session: Session, found: Places) -> None:
    mail = {"mail": "ops@yuanhang.example", "wechat": "wx_445140"}
    people = [{"name": "崔明", "phone": "13800133717", **mail}]
    rows = {
        "c1": customer(session, code="H100", contacts=people),
        "c2": customer(session, name="深圳嘉信数码有限公司", code="H101", remark="只走顺丰，不要拆箱；老王介绍",
                       contacts=[{"name": "曾志伟", "phone": "13622150418"}]),
        "c3": customer(session, name="Royal Philips（中国）", code="H102", contacts=[{"name": "Anna Müller"}]),
        "c4": customer(session, name="广州远航", code="H200", office=2),
        "s1": shipment(session, number="10000005", master="784-12345675", consignee="刘玲玲", destination="北京", cargo="手机"),
        "s2": shipment(session, number="10000012", mode="sea", stage="S2", container="MSKU1234565", booking="SO7788",
                       consignee="王伟", destination="汉堡"),
        "s3": shipment(session, number="10000032", mode="road", stage="R1", vehicle="粤B78663", consignee="重庆华宇",
                       destination="重庆"),
        "k1": complaint(session, ref="CMP-20418", title="航班延误", content="机场拉货，客户着急，到货延误，延时三天", caller_name="王小伟"),
        "k2": complaint(session, ref="CMP-20419", title="少件", content="王伟来电，说航班的延误；箱子破损2件", caller_name="王伟",
                        caller_phone="13800138888"),
    }  # fmt: skip
    kinds = {"c": CUSTOMER, "s": SHIPMENT, "k": CASE}
    found.update({key: (kinds[key[0]], row.id) for key, row in rows.items()})


def queries() -> list[tuple[str, list[str]]]:
    """What is typed, and the keys of what must be found."""
    lines = [line for line in QUERIES.splitlines() if line]
    return [(typed, keys.split()) for typed, _, keys in (line.rpartition("|") for line in lines)]
