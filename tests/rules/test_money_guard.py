"""The money guard reads what an agent would say: promises of money on one side, everything else on the other (CMP-08, D-14).

The sentences are written by hand; each stands on its side because a supervisor would put it there.
"""

from __future__ import annotations

import time

import pytest

from rules import amounts, crisis, remedying
from rules.money_guard import promises

PROMISES = """
我们赔您500元
我们赔您五百
赔您伍佰元整
我们赔 您 5 0 0 元
赔您５００元
我們賠您500塊
补偿您 200 块
给您补偿两百块钱
公司补偿 RMB 300
赔偿您100美金
可以赔您 USD 80
我们退您 120 元运费
运费全额退还给您
我们给您全额退款
退款 500 元今天到账
这票的运费我们承担
返货费用由我们承担
由我司承担来回运费
派送费由我公司承担
我们承担您的全部损失
减免这次的仓储费
给您减免 300
仓租减免一半
这票运费打八折，差价退给您
免收您的派送费
我们会赔偿您的损失
我们一定赔
公司肯定会赔的
我们愿意补偿您
您要求的500元我们同意赔
赔偿500元的要求我们答应
主管已经同意赔您500元
不是不想帮您，赔500元没问题
我们不可能不赔您500元
没问题，赔您1.5万
赔您两千五
500块赔给您
给您转500元
打给您 300 块
补您 80 元差价
退货运费由我们承担
货款500元退给您
We will pay you 500
We'll pay you ¥500
we will compensate you for the loss
I will refund the freight
We can waive the storage charges
We bear the freight
The company will reimburse 300 yuan
We will refund in full
Our company pays you USD 80
we will compensate you
好的，这样吧：赔您300，您看行吗
减您运费
少收您50元
运费抵扣200元
退回500元给您
退还多收的 60 元
赔付80%
陪您500元
我们给您赔五百块钱
我们先赔5百给您
损失由我们赔
您放心，500元我们赔
主管同意了，赔您500元
可以给您退 RMB300
退您运费
退回您的运费
这 500 元我们出，赔给您
全额赔付
We are going to reimburse the cost
Ok, I will pay you 500 yuan
我们全额退您运费
这次就不收您运费了，退给您
我给您争取赔 500 元
最多赔您 200
可以少收您运费
我们认赔
公司会承担这笔费用
我让财务退您 300
给您打五百过去
运费不收了
運費不收了！
这票运费给您免了
运费我们出
费用算我们的
这五百块我们出
损失我们认
这次不用您付运费
不收您的仓储费
我们全赔
一定会赔您的
钱退给您
我们退款
这票免费
那就给您打五折
下次便宜500元
发您500红包
500元转到您账上
送您500元代金券
按声明价值赔您
We'll pay you 500.
We will pay you 500 today
We will pay you five hundred
I'll give you two thousand five hundred yuan
We'll transfer 500 to you
We'll cover it
We will cover your loss
The freight is on us
This one is free of charge
We won't charge the freight
You will get 500 yuan back
"""
NO_PROMISES = """
我们不赔
这种情况不赔偿500元
我没有权限答应赔偿 500 元
我无权决定赔偿，已转主管
您要求赔偿500元，我已转给主管
您提出的赔偿要求已记下
客户要求我们赔 500 元
赔多少由主管决定
是否赔偿您的损失由主管答复
赔不赔500元要主管批准
赔偿500元需要主管批准
退货 4 件已入库
退回资料 2 份
请把货退回深圳
运费由您承担
返货费用需由发货方承担
退货运费由贵司自行承担
您需要承担 300 元仓租
请您先付 500 元运费
向您赔礼道歉
非常抱歉，500 件货今天下午派送
您的运单 6621912 已退仓
我们承担责任，今天一定送到
16:30 前送到，已退回派送点
费用 500 元是提货费，不能减免
这笔费用不予减免
按规定不退运费
仓租无法免除
理赔部 5 个工作日内答复
走理赔流程，请准备 3 份资料
您可以向保险公司索赔 500 元
索赔资料请今天发来
退单已收到
退货 500 件
代理承担提货费
差价由代理承担
我们不承担额外费用
不会给您减免的
暂时不能给您退款 500 元
关于赔偿的问题，明天 10 点前答复您
赔偿事宜由主管和您联系
We cannot pay you 500
We are not able to refund the freight
You asked for 500 in compensation; the supervisor calls you
I have no authority to compensate you
Please pay the freight of 500
The consignee has to bear the freight
Your goods weigh 500 kg and go out today
We will not waive the charges
Whether we compensate the loss is for the supervisor to decide
货到付款 500 元没有错
补发 3 件今天发出
已补录 500 公斤
打电话给您
我给您回电 13812345678
转给主管处理
给您 2 小时内答复
退换的 3 箱明天到
航班拉货，改 CA1301，18 点到
公司规定 500 公斤以上走另一趟车
赔偿部分要等主管答复
不赔500元
赔500元的事我做不了主
您说的赔 500 元，我没有权限
我不能承诺赔偿，主管 30 分钟内回电
要不要赔由公司决定
退货运费 80 元请您先付
The supervisor decides whether we refund the freight
We have not refunded anything
运费已收到，谢谢
您反映的补偿已登记
我们正在核实损失情况，明天回复
请提供损失清单
退款事宜请等财务答复
已安排重新派送，不另收费用
费用明细今天发给您
您的货值 5000 元，保险由您自己买
给您发 500 元的发票
客户说要赔500
客户要我们赔 500 元
收货人要求退货并赔 300
承担运输责任
会不会减免仓储费还要问主管
打了 500 个电话
该付的 500 元运费请今天付
收货人不收了
货物拒收，500 件退回
运费到付，您不用付运费
这票货我们出库了
您说运费不收了，这个要主管决定
会赔您多少由主管决定
保险公司会赔您
费用不收现金
今天送您 500 件
We will give you an answer in 5 minutes
We'll send you the freight invoice
We will send you 2 documents
I'll transfer your call to the supervisor
The insurance will cover it
We cannot cover it
"""


@pytest.mark.rule("CMP-08")
def test_every_promise_of_money_is_seen():
    found = [text for text in PROMISES.strip().splitlines() if not promises(text)]
    assert found == []
    assert len(PROMISES.strip().splitlines()) >= 60


@pytest.mark.rule("CMP-08")
def test_refusals_questions_returns_of_goods_and_the_customers_demand_said_back_are_no_promises():
    found = [(text, promises(text)) for text in NO_PROMISES.strip().splitlines() if promises(text)]
    assert found == []
    assert len(NO_PROMISES.strip().splitlines()) >= 60


@pytest.mark.parametrize(
    ("text", "minor", "currency"),
    [
        ("五百", 500_00, "CNY"), ("伍佰元整", 500_00, "CNY"), ("两千五", 2500_00, "CNY"), ("一万二", 12_000_00, "CNY"),
        ("三千零五十元", 3050_00, "CNY"), ("1.5万", 15_000_00, "CNY"), ("５００元", 500_00, "CNY"), ("5 0 0 元", 500_00, "CNY"),
        ("¥1,250.50", 1250_50, "CNY"), ("RMB 300", 300_00, "CNY"), ("80美金", 80_00, "USD"), ("USD 62", 62_00, "USD"),
        ("二百五十块", 250_00, "CNY"), ("伍佰圆", 500_00, "CNY"), ("500 yuan", 500_00, "CNY"), ("5百", 500_00, "CNY"),
    ],
)  # fmt: skip
def test_a_sum_is_read_in_every_way_it_is_written(text, minor, currency):
    assert [(a.minor, a.currency) for a in amounts.find(amounts.plain(text))] == [(minor, currency)]


@pytest.mark.parametrize(
    "text", ["500 件", "16:30", "6621912", "13812345678", "11-18", "500kg", "4.2 CBM", "3 个工作日", "第 2 次"]
)
def test_what_counts_something_else_is_no_sum(text):
    assert amounts.find(amounts.plain(text)) == []


def test_the_sentences_that_the_desk_offers_pass_the_guard():
    for text in (remedying.TOLD, crisis.HOLDING, "您的要求我已记下并转交主管，由主管答复您；这件事我不能决定。"):
        assert promises(text) == []


@pytest.mark.parametrize(
    "text", ["赔" * 4000, "不给您" * 1300 + "x赔500", "要求我公司" * 800 + "x赔500元", "您需要" * 1300 + "x承担"]
)
def test_no_text_makes_the_guard_slow(text):
    began = time.perf_counter()
    promises(text)
    assert time.perf_counter() - began < 2
