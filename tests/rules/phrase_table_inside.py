"""The second part of the table in `phrase_table`: what is said to partners and colleagues."""

TABLE = """
FP-11
+ 你 这 人 怎 么 这 样
+ 你这人，怎么这样！
+ 你這人怎麼這樣
+ 您这人怎么这样呢
+ 你这ren怎么这样
+ What KIND of person are you
+ what kind of person, are you?
+ What’s wrong with you
+ whats wrong with you
+ what-is-wrong-with-you
- 你看这样行不行，先放一票
- 这样的货怎么装，请指教
- 客户说"你这人怎么这样"
- 收货人这边怎么联系？
- 这票怎么这么重，请复核：450 公斤
- 您这边人手够吗？
- 这样吧，14:30 我再打给您
- What is wrong with your scanner? We can wait
- What kind of packing is it?
- The customer asked "what is wrong with you?"
FP-12
+ 新 来 的 吧
+ 新来的……吧
+ 什麼態度啊，新來的吧
+ 新*来*的*吧
+ 新lai的吧
+ YOU must be new
+ you must⏎be new
+ what an ＡＴＴＩＴＵＤＥ
+ What-an-attitude!
+ you musst be neww
- 新来的航班时刻表请发我
- 请问今天的新单来了吗
- 客户说"新来的吧"，很不高兴
- 新到的货在 3 号库
- 您的态度很好，谢谢
- 来的吧台找张先生提货
- 新运价每公斤 6.8 元
- The label must be new and readable
- You must be busy; thank you for your help
- The caller said "you must be new"
FP-13
+ 真 差 劲
+ 真！差！劲！
+ 真差勁，沒見過你這樣的
+ 没见过您这样的
+ 真␣差␣劲
+ I have NEVER seen anybody like you
+ I've never seen anyone⏎like you
+ never met anyone, like you
+ You're useless
+ you are use*less
- 差 3 件，请复核
- 差价 120 元，请确认
- 客户说“你们真差劲”
- 没见过这样的唛头，请发照片
- 这次真快，多谢
- 时差 8 小时，请注意
- 真的谢谢您
- I have never seen a pallet like this one
- The old labels are useless; please print new ones
- The shipper wrote "you are useless"
FP-14
+ 快 点 啊
+ 快点，啊
+ 快點啊
+ 快*点*啊
+ 快快点点啊啊
+ HURRY UP
+ hurry   up
+ hurry-up!
+ Get a move on
+ huuurry up
- 麻烦您尽快回复，谢谢
- 快件 3 点到，请接货
- 客户说"快点啊"
- 能快一点更好，客户 16:00 装车
- 航班快到了，12 点 10 分落地
- 这批货走得快，点赞
- 请快点货，共 45 件
- There is no hurry; up to 18:00 is fine
- Please move on to the next item
- The customer said "hurry up"
FP-15
+ 我 告 诉 你，今天必须放
+ 我告诉妳
+ 我告訴你
+ 我*告*诉*你
+ 我gao告su诉你
+ LET me tell you something
+ let me⏎tell you something
+ let-me-tell-you-something
+ I'm warning you
+ im warninng you
- 我告诉您一下新的航班号：CZ3456
- 请联系我，告诉你们的提货时间
- 等有结果我告诉您
- 他让我告诉你们，航班改到 14:30
- 客户说"我告诉你，我要投诉"
- 请您告诉我单号
- 告诉你们一个好消息，货到了
- Please tell me something about the packing
- Let me tell you the new flight: CZ3456
- The consignee said "let me tell you something"
FP-16
+ 你们负责人 电 话 多 少
+ 负责人，电话多少？
+ 你們負責人電話多少
+ 负*责*人*电*话*多*少
+ 负责ren电话多少
+ What's the NUMBER of your boss
+ the number⏎of your boss
+ your boss’s number, please
+ your manager's number
+ the numbber of your-boss
- 负责人是张经理，电话 010-12345678
- 请问总台电话是多少
- 客户问"你们负责人电话多少"
- 件数多少？重量多少？
- 负责提货的人几点到
- 他们的负责人今天出差
- 电话费多少由我们付
- What is the number of your waybill?
- Our manager will call yours at 14:30
- The customer asked "what is the number of your boss?"
FP-17
+ 你 到 底 查 了 没 有
+ 到底，查了没有啊
+ 你到底查了沒有，效率太差
+ 效*率*太*差
+ 效lv太差，效率tai差
+ HAVE you even checked?
+ did you⏎even check
+ have-you-even-checked
+ so ｉｎｅｆｆｉｃｉｅｎｔ
+ Why is it takingg so long
- 查了没有问题，可以放行
- 到底港的时间是 14:30
- 客户说"你到底查了没有"
- 请问查得怎么样了
- 托盘底部检查了，没有破损
- 时效 3 天，准点率 98%
- 半天之内有结果吗？
- Have you checked the seal? Thank you
- It is taking long at customs, so we ask for patience
- The consignee said "did you even check?"
FP-18
+ 真 烦 人
+ 真！烦！人
+ 真煩人
+ 真*烦*人
+ 真fan烦ren人
+ HOW annoying
+ how⏎annoying
+ how... annoying
+ What a pain
+ soo annoyinng
- 麻烦您查一下，谢谢
- 真是麻烦您了
- 客户说"真烦人"
- 烦请 14:30 前回复
- 收货人真姓李，请更正
- 不麻烦，人到了打电话
- 麻烦人工核对一下件数：12
- The noise is annoying the driver; we will move the pallet
- How about 14:30?
- The shipper wrote "how annoying"
FP-19
+ 你 谁 啊
+ 你~谁~啊
+ 你誰啊
+ 您谁啊？
+ 你␣谁␣啊，你谁谁啊
+ WHO are you anyway
+ who are you, anyway?
+ who do you⏎think you are
+ Who-do-you-think-you-are
+ who the helll are you
- 请问您是哪位？
- 你找谁？我帮你转
- 客户说"你谁啊"
- 你好，谁负责这票货
- 谁来提货？请带证件
- 你那边谁值班到 22:00
- 这票是谁报的价：6.8 元
- Who are you calling for? I will put you through
- May I ask who is speaking?
- The customer said "who are you anyway"
FP-20
+ 快 点 啦
+ 快~点~啦
+ 快點啦
+ 快*点*啦
+ 快快快点点啦啦
+ COME on, the customer is waiting
+ come on the customer⏎is waiting
+ hurry-up
+ ｈｕｒｒｙ up
+ be quickk about it
- 请快点拉货到 3 号门，谢谢
- 客户在线上等，麻烦帮忙看一下
- 客户说"快点啦"
- 3 点啦，可以下班了
- 这票快到啦，14:30 落地
- 尽快点数，共 12 件
- 不急，啦啦队比赛后再说
- Please come on Monday; the customer will be here
- Thank you for the quick answer about it
- The customer said "hurry up"
FP-21
+ 帮我 快 点 查 一 下
+ 快点…查一下啊
+ 幫我快點查一下
+ 快*点*查*一*下
+ 快dian查一下
+ CHECK it for me, quick
+ check it⏎for me quick
+ Check-it-quick!
+ check it␣ quick
+ just checkk it already
- 麻烦帮我查一下，14:30 前要回客户
- 请尽快点查一下库存
- 客户说"快点查一下"
- 查一下这票的件数：12 件
- 方便的时候查一下就行
- 航班快点名登机了，请查一下行李
- 帮我查一下快件
- Please check it for me when you can
- A quick check will do, thank you
- The customer said "check it for me, quick"
FP-22
+ 怎么 跟 你 说 不 明 白
+ 怎么跟你说，不明白呢
+ 怎麼跟你說不明白
+ 怎么跟您说不明白
+ 怎么跟你说不ming白
+ WHY can you not understand
+ Why can't you understand... how can you not⏎understand
+ How many times do I have to tell you
+ how-can-you-not-understand
+ why can you not underrstand
- 我写下来发给你，更明白
- 怎么跟客户说，我想听你的意见
- 客户说"怎么跟你说不明白呢"
- 明白了，14:30 前办好
- 不明白的地方请问我
- 跟你说一声，明天白天到货
- 这笔 350 元怎么说明
- Can you understand the handwriting on the label?
- How many times did the flight change? Twice
- The customer asked "why can you not understand"
FP-23
+ 信 不 信 我 投 诉 你
+ 信不信，我投诉你！
+ 信不信我投訴你
+ 信*不*信*我*投*诉*你
+ 信不信我tou诉你
+ I WILL complain about you
+ I'll complain about you
+ Ill-mannered! I’ll report you
+ do you want me to complain-about-you
+ i will repport you
- 客户投诉你们航班延误，请核实
- 客户说"信不信我投诉你"
- 投诉单号 CMP-20418，请处理
- 信息不全，请补
- 我收到投诉后马上转给你
- 不信可以查记录，14:30 送达
- 请相信我们会处理投诉
- I will report to you at 14:30
- I will report your number to the airline
- The customer said "I will complain about you"
FP-24
+ 爱 做 不 做
+ 爱做，不做
+ 愛做不做，你什麼態度
+ 爱*做*不*做
+ 爱zuo不zuo，爱做bu做
+ Do it or LEAVE it
+ do it⏎or leave it
+ what-an-attitude
+ It's not for me anyway
+ take itt or leave it
- 谢谢帮忙，大概什么时候可以做
- 能做不能做，请给个准信
- 客户说"爱做不做"
- 做不做都请 14:30 前回个话
- 你的态度很好，谢谢
- 客户爱做空运，不做海运
- 这一票不做了，退回 350 元押金单
- Do it today or leave it until Monday, both are fine
- It is for me; please put it on my desk
- The customer said "do it or leave it"
FP-25
+ 我 直 接 找 你 们 老 大
+ 直接…找你们老大吧
+ 我直接找你們領導
+ 直*接*找*你*们*老*大
+ 直接zhao你们老大
+ I am going STRAIGHT to your boss
+ I'm going straight⏎to your boss
+ what-are-you-talking-about
+ I’ll take this to your boss
+ going straightt to your boss
- 我请我们组长和你们组长联系
- 客户说"我直接找你们老大"
- 直接派送，14:30 到
- 你们老客户多，大票优先
- 直接找我就行，电话 010-12345678
- 找到了，在你们库区
- 老地址不变，大门进
- The truck is going straight to your warehouse
- Please talk to your boss when it suits you
- The customer said "I am going straight to your boss"
"""
