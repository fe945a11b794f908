"""How people promise, refuse and ask for money, as patterns over `amounts.plain` text (CMP-08, D-14). Data only.

Those that end in `$` are held against what stands before the word of giving. Their repetitions are possessive and name the
longer word first, so that no text makes them slow.
"""

from __future__ import annotations

import re

SENTENCE = re.compile(r"[。!?！？;；\n]+|\.(?:\s|$)")
CLAUSE = re.compile(r"[,，:：、]|\b(?:but|and)\b|但是?|可是|不过")

# ------------------------------------------------------------------------------------------ words of giving

GIVES = re.compile(
    r"(?<![索理])赔(?!礼|罪|笑|不|个不是)(?:偿|付|给)?|理赔(?!部|员|流程|资料|手续|专员|科|组|岗|单)|补偿|补贴|"
    r"退(?!货(?!款)|件|单|运(?!费)|仓|库|场|换|出|休|改|步|让|税|订)(?:还|回|给)?|"
    r"减免|减收|减(?=掉|去|给|您|你)|免收|免除|免掉|免去|少收|少算|便宜|优惠|返还|抵扣|抵(?=\d)|报销|承担|负担|"
    r"补(?=给?(?:您|你|贵))|(?:付|给|转|打|汇|陪|送)(?=[到给]?(?:您|你|贵司|贵公司|客户))|"
    r"\bcompensat(?:e|es|ed|ing|ion)\b|\brefund(?:s|ed|ing)?\b|\bwaiv(?:e|es|ed|ing)\b|\bbear(?:s|ing)?\b|"
    r"\breimburs(?:e|es|ed|ing|ement)\b|\bpay(?:s|ing)?\b|\bcredit you\b|"
    r"\b(?:give|send|transfer)s?\b|\bcover(?:s|ing)?\b"
)
EVERYDAY = frozenset("补付给转打汇陪送")  # only with a sum that is handed over
HANDED = re.compile(r"给?(?:您|你|贵司|贵公司|客户)们?(?:再|先|转|打|汇|付|退|补|赔|约|大概|最多|这|那|个)*+")
PAPER = re.compile(r"的?(?:发票|账单|对账单|单|货|收据)")  # 给您开 500 元的发票 gives nothing
# What promises money by itself, no word of giving needed: 运费不收了, 损失我们出, 给您打八折, the freight is on us.
_COST = r"(?:运费|费用|费|仓租|差价|差额|损失)"
_US = r"(?:我们|我司|我方|公司|我)(?:这边)?(?:来|都|全|先|也|就|会|可以|愿意|给您){0,2}"
ITSELF = re.compile(
    rf"{_COST}(?:我们|我司|公司|我)?(?:也|就|都|全|给您|给你|这次){{0,3}}"
    r"(?:不收(?!现|支票|到)|免了|免(?=$|吧)|不要了|(?:您|你)?(?:不用|不必)(?:您|你)?(?:付|出|交|给)(?!现))|"
    rf"{_COST}的?{_US}(?:出|付|认|负责(?![核查处追跟]))|{_COST}算(?:我们|我司|公司|我)的|"
    rf"(?:不用|不必)(?:您|你)(?:再)?(?:付|出|交)(?:[^,，]{{0,4}}){_COST}|"
    rf"{_US}(?:认赔|全赔|退款|退钱)|(?:给|向)(?:您|你)退(?:款|钱)|(?:把|将)?钱(?:就|会|都)?退(?:给)?(?:您|你)|退钱(?=给?(?:您|你))|"
    r"(?:[\d元块钱圆百千万]|一半|全部)(?:钱)?(?:由|就|都)?(?:我们|我司|公司|我)(?:来)?(?:出|认)(?=了?$|吧|的|好)|"
    r"[\d元块百千]+的?(?:红包|代金券|优惠券)|(?:给|按)(?:您|你)?(?:打|算)?[一二三四五六七八九\d]五?折(?![叠合算])|"
    r"打[一二三四五六七八九\d]五?折|"
    r"(?:这票|这次|这单)(?:就|也|都|给您|全){0,2}(?:不收(?:您|你)?(?:钱|费)|免费(?!停|存|期|热线|电话))|"
    r"免费(?:给|为|帮)(?:您|你)|不(?:收|要)(?:您|你)的?(?:运|仓储?|派送|提货|手续)?费|"
    r"(?:一定|肯定|保证)(?:会)?(?:给您|给你)?赔(?!礼|罪)|会赔(?:偿|付)?(?:给)?(?:您|你)|"
    r"\b(?:we|i)(?:'ll| will| shall| can)\s+(?:cover|pay for|take care of the cost of)\s+"
    r"(?:it|this|that|all|everything|your|the)\b"
    r"(?! distance| route| area)|"
    r"\b(?:is|are|goes|be) on us\b|\bfree of charge\b|\bfor free\b|"
    r"\b(?:will not|won't|do not|don't) charge (?:you|the|for|any)\b|\bno charge\b|"
    r"\byou(?:'ll| will) (?:get|receive)\b[^,]{0,30}\b(?:yuan|rmb|cny|usd|dollars?|money|back)\b"
)
PAID_BY_OTHERS = re.compile(r"到付|月结|(?:收货[人方]|对方|发货[人方])(?:来)?(?:付|出)|\bcollect\b")
PARTS = ("give", "send", "transfer")  # words of every day in English: only with a sum
HANDS = ("pay", *PARTS)  # only when we do it
MORE = re.compile(
    r"再(?:给|另)?(?:您|你)?[赔补退付减转]|另外?再?(?:给|赔|补|退|付)|各[赔补退付]|每[件票箱个次单天]|两次|翻倍|"
    r"\b(?:another|plus|each|twice)\b|\bper \w"
)
BOLD = ("赔", "补偿", "compensat", "reimburs", "refund")  # a promise even without a sum, when it is plainly one

# ------------------------------------------------------------------------------------------ who speaks of himself

WE = r"(?:我公司|本公司|我们|咱们|我司|我方|(?<!保险)(?<!航空)(?<!船)公司|我部|我处|这边|本人|我)"
WILL = re.compile(
    rf"{WE}(?:们)?(?:这边|方面)?(?:一定|肯定|保证|都)?(?:会|愿意|可以|同意|答应|保证|负责|来|一定|肯定|将|认)[^,，不没无未]{{0,8}}$"
)
WE_EN = re.compile(r"\b(?:we|i|us|our company|the company|let me|let us|we'll|i'll|happy to|going to)\b")
WILL_EN = re.compile(r"\b(?:we|i)(?:'ll| will| shall)\b")
AGREES = re.compile(
    rf"(?<!主管)(?<!领导)(?<!不)(?<!经理){WE}(?:都|就|完全|会|可以)?(?:同意|答应|接受|满足|批准|照办|照赔|没问题|没意见)"
)

# ------------------------------------------------------------------------------------------ what is no promise

_BETWEEN = (
    r"(?:能够|能|会|可以|可能|予|再|得|敢|想|肯|法|权限|权利|权|力|有权限|有权|方便|给|向|为|承诺|答应|决定|直接|当场|马上|"
    r"自行|自己|作主|做主|擅自|同意|对|就|任何|在电话里|需要|需|用|必|应|该|您|你)"
)
NOT = re.compile(rf"(?:不|没有|没|无|未|别|拒绝){_BETWEEN}*+$")
NOT_NOT = re.compile(rf"(?:不|没|无){_BETWEEN}*+不{_BETWEEN}*+$")
NOT_EN = re.compile(
    r"(?:\bnot\b|n't\b|\bcannot\b|\bno authority\b|\bunable\b|\bnever\b|\bno right\b|\bnot entitled\b)(?:\s+[a-z']+){0,5}+\s*$"
)
_THEY = r"(?:您|你|客户|对方|[收发]货[方人])"
ASKS = re.compile(
    rf"(?:要求|提出|希望|申请|请求|主张|想要|索要|诉求是?|{_THEY}说?(?:要|想|叫|让)|{_THEY}(?:说|提|讲|问)[到起出过]?的|"
    r"是否|能否|可否|要不要|会不会|该不该|能不能|可不可以|关于|对于)"
    rf"(?:{WE}|对方|给|您|你|能|会|可以|应该|应|得到|获得|退货|换货|重发|道歉|并且|并|和|还要|还|再|的)*+$"
)
ASKS_EN = re.compile(
    r"\b(?:whether|ask(?:ed|ing)? (?:for|us to)|demand(?:ed)?|claim(?:ed)?|request(?:ed)?|want(?:ed)? us to|if)\b.*$"
)
TALKED_ABOUT = re.compile(r"^[^,，]{0,18}?的?(?:要求|诉求|申请|请求|(?<![没有])问题|事宜|的事|与否|不赔|不退|不补)")
LEFT_TO = re.compile(
    r"(?:主管|领导|经理|上级|公司|财务)(?:来|会|将|才能)?(?:决定|批准|同意|审批|答复|核定|商量|研究|拍板|回复)|"
    r"(?:supervisor|manager)s?\s+(?:decides?|approves?|will decide|has to|must|can)"
)
SAID_YES = re.compile(r"(?:已经?|都|刚)(?:同意|批准|答应)|(?:同意|批准|答应)了|(?:has|have) (?:agreed|approved)")
OTHERS = re.compile(
    r"(?<![给为向替帮对])(?:由|请|需要?|要|归)?(?:您|你|贵司|贵公司|贵方|客户|对方|发货[方人]|收货[方人]|寄件人|收件人|代理|车队|航空公司|船公司|"
    r"保险公司)(?:那边|方面)?(?:来|自行|自己|需要|需|要|应该|应|先|须|得|另外|另|全额)*+$"
)
OTHERS_EN = re.compile(
    r"\b(?:you|the consignee|the shipper|the customer|the partner|the fleet)\b"
    r"(?:\s+(?:will|ha(?:ve|s) to|must|should|needs? to|to))*+\s*$"
)
