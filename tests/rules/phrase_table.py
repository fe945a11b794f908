"""Written by hand: of each forbidden phrase five disguises in Chinese and five in English that are caught (+), and ten harmless
neighbours that are not (-). ␣ stands for a blank of no width, ⏎ for a new line. Disguises: width, blanks, signs, traditional
characters, simple evasions."""

from tests.rules.phrase_table_inside import TABLE as INSIDE

CUSTOMERS = """
FP-01
+ 你 着 急 也 没 有 用，等着吧
+ 您着急，也没有用的
+ 你著急也沒有用
+ 着*急*也*没*有*用
+ 再着着急急也没有有用，zhaoji也没有用
+ It's ＮＯ ＵＳＥ getting worked up
+ it is no   use⏎getting worked up
+ No use - getting - worked up!
+ It’s no point getting worked up
+ nooo use geeetting worked up
- 我知道您很着急，已经催了航空公司
- 客户说"你着急也没有用"，他为此很生气
- 您别着急，货物今天 14:30 到达
- 这份文件没有用到，请您保留
- 报价 6.80 元/公斤，没有附加费
- 着急的话可以改空运，运费每公斤 12 元
- 您催得急，也没有问题，我们优先安排
- The consignee is worked up because the cargo is late
- There is no use of dangerous goods in this shipment
- The customer wrote: "it is no use getting worked up"
FP-02
+ 我 不明白 你 在 说 什么
+ 不明白，您在说什么！
+ 不明白你在說什麼
+ 不＊明＊白＊你＊在＊说＊什＊么
+ 我不ming白你在说什么
+ I do not UNDERSTAND what you are talking about
+ I don’t understand what you're talking about
+ dont understand, what youre talking about
+ no idea...what you are talking about
+ no␣ idea what yoou are talking about
- 我明白您的意思，我重复一遍您看对不对
- 收货人说：“我不明白你在说什么”
- 请问您说的是哪一票货？
- 您说什么时候方便，我们就什么时候派送
- 货物 3 件 45.5 公斤，明白
- 客户不明白费用是怎么算的，我来说明
- 把单号说一下，我马上查
- I do not understand the customs note and will ask the broker
- What are you looking for? I will gladly help
- The shipper said “I have no idea what you are talking about”
FP-03
+ 这个我 有 些 不 清 楚
+ 我有些……不清楚
+ 我有點不清楚
+ 我有些不 qing 楚
+ 我␣有␣些␣不␣清␣楚
+ i am not ＱＵＩＴＥ clear
+ I'm not quite clear
+ Im not, quite, clear
+ I’m⏎not really sure about this
+ I am a bittt unclear
- 这一点我马上核实，十分钟内答复您
- 运单上的字有些不清楚，请重新发一张照片
- 客户说"我有些不清楚"，我们再讲一遍
- 照片有点不清楚，请补发
- 有些费用请看报价单，含税 1,280 元
- 我有 3 份单证要核对清楚
- 唛头不清楚，请核对
- The stamp on the copy is not quite clear
- I am clear about the arrival: 14:30 today
- The customer said "I am a bit unclear about the fee"
FP-04
+ 我 也 没 办 法 啊
+ 我也——没办法
+ 我也沒辦法
+ 我*也*没*办*法
+ wo ye mei ban fa
+ There is NOTHING I can do
+ there's nothing I ｃａｎ do
+ nothing... i... can... do
+ I can’t help it
+ i cant heeelp it
- 我们想办法今天安排派送
- 提货办法见附件，共 2 页
- 客户说：“我也没办法，只能等”
- 没有别的办法时可以改走海运，每方 350 元
- 我也问过航空公司，航班 18:20 起飞
- 我们也在想办法，一有消息就告诉您
- 办法有两个：改航班，或改目的站
- Nothing you need to do: we have filed the papers
- Can I help it along? I will call the airline
- The consignee says "there is nothing I can do"
FP-05
+ 嘴 巴 干 净 一 点
+ 这又不是，我的错
+ 嘴巴乾淨點，這又不是我的錯
+ 不·是·我·的·错
+ 这不是我的 cuo
+ WATCH your MOUTH
+ It's ｎｏｔ my fault
+ it isn't my fault
+ not-my-fault
+ not myyy faullt
- 这是我们的错，向您道歉
- 您看是不是我的错，我查一下记录
- 客户说"这不是我的错"，要求我们解释
- 货物干净，包装完好，共 12 件
- 请把地址写清楚一点
- 错的是单号，不是姓名
- 运费 500 元，不是 800 元
- Please watch your step at the warehouse
- It is our fault and we apologise
- The customer said “not my fault”
FP-06
+ 我 是 新 手
+ 不好意思，我是～新手啦
+ 我是新來的
+ 我*是*新*手
+ 我是新 shou
+ sorry, I AM NEW HERE
+ I'm new here
+ Im new to this
+ I’m - a - beginner
+ i␣ am neww at this
- 您是新客户，首单请先提供资料
- 我是客服部的，工号 102
- 客户说“我是新手，第一次发货”
- 这是新的提货时间：14:30
- 我是新货站的联系人介绍来的
- 新手机号码请您再报一遍：138 开头
- 我刚来的时候您的电话占线，让您久等
- I am sorry for the wait; the new flight leaves at 18:20
- We are new partners on this lane
- The shipper wrote "I am new here, what papers do I need?"
FP-07
+ 刚才的电话 不 是 我 接 的
+ 电话……不是我接的呀
+ 電話不是我接的
+ 电*话*不*是*我*接*的
+ 电hua不是我接的
+ It was not ME who took that call
+ It wasn't me who answered
+ I didn't take that call
+ I did not - take - that - call
+ I was nott the one who answered
- 刚才的电话是我同事接的，我来跟进
- 客户说"电话不是我接的，是我太太接的"
- 您的电话我接到了，马上查
- 不是我们接的货，是代理提的货
- 电话 010-12345678，随时可以打
- 请收货人保持电话畅通，14:30 派送
- 接电话的同事记下了您的要求
- It was Mr. Chen who took that call; I have his note
- I did take that call and wrote down the number
- The consignee said "I was not the one who answered"
FP-08
+ 这 不 关 我 的 事
+ 不关，我的事！
+ 這不關我的事
+ 不*关*我*的*事
+ 这bu关我的事，不guan我的事
+ That's NONE of my business
+ none⏎of  my  business
+ it has nothing-to-do-with me
+ That isn’t my problem
+ n*o*n*e of my business
- 这件事我来负责
- 客户说"不关我的事，是你们弄丢的"
- 海关我的事办完了，明天放行
- 此票与我司报价无关的费用是仓储费 120 元
- 门不关，我的同事在现场等您
- 有关我们的服务，请打 400 电话
- 关于您的事，主管 16:00 前回电
- Our business hours are 9:00 to 18:00
- It is my problem now and I will solve it
- The shipper told us "it is none of my business"
FP-09
+ 您 过 两 天 再 来 电 话 吧
+ 过两天……再打
+ 過兩天再來電話
+ 过*两*天*再*来*电*话
+ 过liang天再来电话
+ CALL BACK in a few days
+ call again in a couple⏎of days
+ ring-again-in-a-few-days
+ Call again, in a couple of days!
+ try again in a feww days
- 过两天货就到，到了我们打电话给您
- 急件两小时内给您答复
- 客户说"我过两天再来电话"
- 两天后 14:30 到港，我们再通知
- 报价两天内有效，每公斤 6.8 元
- 您方便时再来电话也行，我们随时在
- 电话已记下，过后回复
- We will call you back in two hours
- The cargo arrives in a couple of days; we will call you then
- The customer said "I will call back in a few days"
FP-10
+ 没 事 了 吧
+ 没·事·了·吧
+ 沒事了吧
+ 没事␣了吧
+ 没没事事了了吧
+ That's ALL, is it?
+ thats all is it
+ that is all... is... it
+ Are we done here?
+ are we donnne here
- 没事，您随时可以打电话
- 货物没事，外包装有点湿
- 客户问“现在没事了吧”
- 没有别的事，祝您一切顺利
- 事情办好了，请查收，共 3 件
- 您还有什么事吗？
- 没关系，吧台左边就是提货窗口
- Is that all right for you?
- That is all the information we have: it lands at 14:30
- The customer asked: "are we done here?"
"""
TABLE = CUSTOMERS.rstrip() + INSIDE
