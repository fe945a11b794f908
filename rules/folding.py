"""One character as it is compared: half width, lower case, simplified (KNO-03).

The table holds the traditional characters of everyday speech. 甚麼 is left to 什么, 著 to 着: both sides of a comparison are
folded alike, so that it does not matter where these would be wrong elsewhere.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_TRADITIONAL = (
    "並并乾干佈布併并來来侶侣係系俠侠倉仓個个們们倫伦偉伟側侧偽伪傳传債债傷伤傾倾僅仅僑侨價价儀仪億亿儘尽優优兇凶兒儿內内兩两冊册凍冻別别剛刚創创劃划劇剧勁劲動动務务勝胜勞劳勢势勸劝匯汇區区協协厲厉參参叢丛吳吴吶呐咼呙員员唄呗問问"
    "啞哑啟启喪丧單单嗎吗嘆叹嘗尝嘩哗嘮唠嘯啸噁恶嚇吓嚴严囉啰囑嘱國国圍围園园圖图團团執执報报場场塊块墊垫墜坠壓压壞坏壯壮壽寿夠够夢梦夥伙奪夺奮奋妳你婁娄婦妇媽妈嬌娇嬸婶孫孙學学宮宫實实審审寫写寬宽寶宝將将專专尋寻對对導导屍尸層层"
    "屬属嶺岭師师帳账帶带幣币幫帮幹干幾几廠厂廢废廣广廳厅張张強强彈弹彎弯彙汇後后徑径從从復复徹彻恆恒悅悦悶闷惱恼愛爱態态慘惨慣惯慮虑慶庆憐怜憑凭憤愤憲宪憶忆應应懶懒懷怀懸悬戀恋戰战戲戏戶户挾挟掃扫掛挂採采揚扬換换損损搶抢撥拨撫抚"
    "撲扑擁拥擇择擊击擋挡擔担據据擠挤擺摆擾扰攔拦攜携攤摊敗败敵敌數数斂敛斃毙斷断於于時时暈晕暢畅暫暂曆历曉晓曠旷曬晒書书會会東东條条棄弃棟栋楊杨業业極极榮荣構构槍枪樂乐樓楼標标樣样機机檢检櫃柜欄栏權权歐欧歡欢歲岁歷历歸归殘残殺杀"
    "毀毁氣气決决沒没沖冲況况洩泄淚泪淨净減减渦涡測测湊凑湯汤準准溝沟滅灭滯滞滿满漲涨漸渐潑泼潔洁澤泽濃浓濕湿濟济濫滥瀏浏灑洒灘滩為为無无煉炼煩烦熱热燈灯燒烧燙烫營营爛烂爭争爲为爺爷牆墙犧牺狀状狹狭猶犹獎奖獨独獲获現现瑣琐環环甚什"
    "產产畢毕畫画異异當当瘋疯療疗癡痴發发皺皱盜盗盡尽監监盤盘眾众睏困睜睁瞭了矯矫確确碼码磚砖礙碍礦矿祕秘禍祸禦御禮礼秤称稅税種种稱称積积穩稳穫获窮穷竄窜竊窃競竞筆笔節节範范築筑簡简簽签籃篮籠笼籤签粵粤糧粮糾纠紀纪約约紅红純纯紙纸"
    "級级細细紹绍終终組组結结絕绝絡络給给統统絲丝綁绑經经綜综綠绿綫线維维網网緊紧緒绪線线緣缘編编緩缓緬缅緻致縣县縮缩縱纵總总績绩織织繞绕繫系繳缴繼继續续纏缠纔才罰罚罵骂罷罢羅罗羨羡聖圣聯联聰聪聲声職职聽听聾聋肅肃脫脱腦脑膽胆臉脸"
    "臨临臺台與与舉举舊旧舖铺艙舱艱艰茲兹莊庄華华萬万葉叶著着蓋盖蔣蒋蕭萧薦荐藥药蘇苏蘭兰處处虛虚號号虧亏蟲虫術术衛卫衝冲裏里補补裝装裡里製制複复襯衬襲袭見见規规視视親亲覺觉覽览觀观觸触訂订計计訊讯訓训託托記记訪访設设許许訴诉詐诈"
    "評评詞词詢询試试詩诗話话該该詳详誇夸誌志認认誒诶誘诱語语誠诚誣诬誤误說说説说誰谁課课調调談谈請请諒谅論论諧谐謂谓謊谎謙谦講讲謝谢謬谬證证譏讥識识譜谱譯译議议護护譽誉讀读變变讓让豈岂貓猫貝贝負负財财貨货販贩貪贪責责貴贵買买費费"
    "貼贴賀贺資资賊贼賓宾賞赏賠赔賣卖賤贱質质賬账賴赖購购賽赛贈赠贊赞贏赢趕赶趙赵跡迹踐践蹤踪躍跃車车軌轨軍军軟软較较載载輕轻輛辆輩辈輪轮輯辑輸输轉转轟轰辦办辭辞辯辩農农迴回這这週周遊游運运過过達达違违遞递遠远適适遲迟選选遺遗還还"
    "邊边邏逻郵邮鄉乡鄧邓鄭郑鄰邻醜丑醫医釋释釘钉針针釣钓鈔钞鈴铃鉤钩銀银銅铜銜衔銷销鋒锋鋪铺鋼钢錄录錢钱錯错鍋锅鍵键鎖锁鎮镇鏈链鏡镜鐘钟鐵铁鑰钥長长門门閃闪閉闭開开閒闲間间閱阅閻阎闆板闊阔闖闯關关陝陕陣阵陰阴陳陈陸陆陽阳隊队階阶"
    "際际隨随險险隱隐隸隶隻只雖虽雙双雜杂離离難难雲云電电霧雾靈灵靜静韓韩響响頁页頂顶項项順顺須须頌颂預预頓顿領领頭头頹颓頻频顆颗題题額额顏颜願愿顛颠類类顧顾顯显風风颱台飄飘飛飞飯饭飲饮飼饲餅饼餓饿餘余館馆駁驳駐驻駕驾駛驶騎骑騙骗"
    "騰腾騷骚驅驱驗验驚惊髒脏體体髮发鬆松鬥斗鬧闹鬱郁魚鱼鮮鲜鳥鸟鴨鸭鵝鹅鹽盐麗丽麥麦麼么麽么黃黄點点黨党齊齐齒齿龍龙龐庞"
)  # fmt: skip
SIMPLE = dict(zip(_TRADITIONAL[::2], _TRADITIONAL[1::2], strict=True))


@lru_cache(maxsize=8192)
def folded(character: str) -> str:
    """The character in half width, lower case and simplified; several for one that stands for several (㎏)."""
    return "".join(SIMPLE.get(each, each) for each in unicodedata.normalize("NFKC", character).casefold())


def fold(text: str) -> str:
    """A whole text, so."""
    return "".join(map(folded, text))


def han(character: str) -> bool:
    """Whether a folded character is a Chinese one."""
    return "\u3400" <= character <= "\u9fff" or "\U00020000" <= character <= "\U0003ffff"


def familiar(text: str) -> str:
    """您 as 你, for comparing."""
    return text.replace("您", "你")
