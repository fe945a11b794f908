"""Ports, airports and cities of the trade by region: data, and `region_of`, which finds where a lane leads (CUS-03).

A name in capitals of three letters is a code and counts only as written; every other English name in any case. Egypt's ports
on the Mediterranean go with the Mediterranean services, those of the Red Sea with the Middle East.
"""

from __future__ import annotations

import re
import unicodedata

from rules.words import N_

CHINA = "china"
REGIONS = {
    "asia": N_("Asia"),
    "africa": N_("Africa"),
    "latin_america": N_("Latin America"),
    "middle_east": N_("Middle East, India–Pakistan and Red Sea"),
    "europe": N_("Europe and Mediterranean"),
    "north_america": N_("US and Canada"),
    "south_pacific": N_("South Pacific"),
}
# One name after the other, those of several words with a low line in between.
_PLACES = {
    CHINA: """
        中国 国内 华南 华东 华北 深圳 盐田 蛇口 赤湾 大铲湾 广州 南沙 黄埔 上海 洋山 外高桥 宁波 北仑 舟山 青岛 天津
        新港 大连 厦门 福州 连云港 南京 武汉 重庆 成都 郑州 西安 东莞 佛山 珠海 中山 汕头 湛江 北海 钦州 营口 烟台
        日照 太仓 张家港 义乌 苏州 杭州 温州 北京 沈阳 长沙 昆明 南宁 海口 香港 澳门 台湾 高雄 基隆 台中 台北
        China Shenzhen Yantian Shekou Chiwan Guangzhou Nansha Huangpu Shanghai Ningbo Qingdao Tianjin Xingang Dalian
        Xiamen Fuzhou Lianyungang Hong_Kong Hongkong Macau Kaohsiung Keelung Taipei Taichung Beijing Yiwu
        SZX CAN PVG SHA PEK PKX HKG NGB XMN CKG CTU CGO TAO TSN WUH TPE
    """,
    "asia": """
        亚洲 东南亚 日韩 日本 东京 横滨 大阪 神户 名古屋 博多 门司 清水 成田 韩国 釜山 仁川 首尔 光阳 平泽 越南 胡志明
        海防 岘港 河内 盖梅 泰国 曼谷 林查班 柬埔寨 西哈努克 金边 缅甸 仰光 老挝 万象 新加坡 马来西亚 巴生 槟城
        丹戎帕拉帕斯 古晋 印尼 印度尼西亚 雅加达 泗水 三宝垄 勿拉湾 菲律宾 马尼拉 宿务 文莱 蒙古 乌兰巴托 海参崴
        符拉迪沃斯托克 东方港 哈萨克斯坦 阿拉木图 阿斯塔纳 乌兹别克斯坦 塔什干 中亚 比什凯克 杜尚别
        Asia Southeast_Asia Japan Tokyo Yokohama Osaka Kobe Nagoya Hakata Moji Shimizu Narita Korea Busan Pusan
        Incheon Inchon Seoul Gwangyang Vietnam Ho_Chi_Minh Haiphong Hai_Phong Danang Da_Nang Hanoi Cai_Mep Thailand
        Bangkok Laem_Chabang Cambodia Sihanoukville Phnom_Penh Myanmar Yangon Laos Vientiane Singapore Malaysia
        Port_Klang Port_Kelang Klang Penang Tanjung_Pelepas Pasir_Gudang Kuala_Lumpur Indonesia Jakarta Surabaya
        Semarang Belawan Philippines Manila Cebu Brunei Mongolia Ulaanbaatar Vladivostok Vostochny Kazakhstan Almaty
        Astana Uzbekistan Tashkent Bishkek Dushanbe
        NRT HND KIX ICN SGN HAN BKK SIN KUL PEN CGK MNL CEB RGN PNH ALA TAS ULN
    """,
    "africa": """
        非洲 东非 西非 南非 北非 肯尼亚 蒙巴萨 内罗毕 坦桑尼亚 达累斯萨拉姆 达市 桑给巴尔 莫桑比克 马普托 贝拉港
        纳卡拉 马达加斯加 塔马塔夫 毛里求斯 路易港 留尼汪 德班 开普敦 约翰内斯堡 约堡 伊丽莎白港 纳米比亚 沃尔维斯湾
        鲸湾 安哥拉 罗安达 洛比托 刚果 黑角 马塔迪 金沙萨 加蓬 利伯维尔 喀麦隆 杜阿拉 克里比 尼日利亚 拉各斯 阿帕帕
        廷坎 奥内 科托努 贝宁 多哥 洛美 加纳 特马 阿克拉 科特迪瓦 阿比让 利比里亚 蒙罗维亚 塞拉利昂 弗里敦 几内亚
        科纳克里 塞内加尔 达喀尔 冈比亚 班珠尔 毛里塔尼亚 努瓦克肖特 摩洛哥 卡萨布兰卡 丹吉尔 阿尔及利亚 阿尔及尔 奥兰
        突尼斯 利比亚 的黎波里 班加西 米苏拉塔 埃塞俄比亚 亚的斯亚贝巴 乌干达 坎帕拉 卢旺达 基加利 赞比亚 卢萨卡
        津巴布韦 哈拉雷 马里 巴马科 布基纳法索
        Africa East_Africa West_Africa South_Africa North_Africa Kenya Mombasa Nairobi Tanzania Dar_es_Salaam Zanzibar
        Mozambique Maputo Beira Nacala Madagascar Tamatave Toamasina Mauritius Port_Louis Reunion Durban Cape_Town
        Johannesburg Port_Elizabeth Namibia Walvis_Bay Angola Luanda Lobito Congo Pointe_Noire Pointe-Noire Matadi
        Kinshasa Gabon Libreville Cameroon Douala Kribi Nigeria Lagos Apapa Tincan Tin_Can Onne Lekki Cotonou Benin
        Togo Lome Ghana Tema Accra Abidjan Ivory_Coast Liberia Monrovia Sierra_Leone Freetown Guinea Conakry Senegal
        Dakar Gambia Banjul Mauritania Nouakchott Morocco Casablanca Tangier Tanger Algeria Algiers Oran Tunisia Tunis
        Rades Libya Tripoli Benghazi Misurata Misrata Ethiopia Addis_Ababa Uganda Kampala Rwanda Kigali Zambia Lusaka
        Zimbabwe Harare Mali Bamako
        NBO MBA DAR JNB CPT DUR LOS ABV ACC ABJ DKR LAD FIH CMN ALG TUN ADD EBB LUN HRE
    """,
    "latin_america": """
        拉美 南美 中南美 中美洲 加勒比 南美东 南美西 墨西哥 墨西哥城 曼萨尼约 韦拉克鲁斯 拉萨罗卡德纳斯 阿尔塔米拉
        恩塞纳达 危地马拉 圣何塞港 萨尔瓦多 阿卡胡特拉 洪都拉斯 科尔特斯港 尼加拉瓜 科林托 哥斯达黎加 卡尔德拉 利蒙
        莫因 巴拿马 科隆 巴尔博亚 曼萨尼略 哥伦比亚 布埃纳文图拉 卡塔赫纳 波哥大 委内瑞拉 拉瓜伊拉 卡贝略港 厄瓜多尔
        瓜亚基尔 秘鲁 卡亚俄 卡亚俄港 利马 钱凯 智利 瓦尔帕莱索 圣安东尼奥港 伊基克 圣地亚哥 玻利维亚 巴西 桑托斯
        里约热内卢 里约 帕拉纳瓜 伊塔雅伊 纳维根特斯 圣保罗 里奥格兰德 苏阿普 马瑙斯 阿根廷 布宜诺斯艾利斯 乌拉圭
        蒙得维的亚 巴拉圭 亚松森 古巴 哈瓦那 多米尼加 考塞多 海地 太子港 牙买加 金斯敦 特立尼达 西班牙港
        Latin_America South_America Central_America Caribbean Mexico Mexico_City Manzanillo Veracruz Lazaro_Cardenas
        Altamira Ensenada Guatemala Puerto_Quetzal El_Salvador Acajutla Honduras Puerto_Cortes Nicaragua Corinto
        Costa_Rica Caldera Puerto_Limon Moin Panama Colon Balboa Cristobal Colombia Buenaventura Cartagena Bogota
        Venezuela La_Guaira Puerto_Cabello Ecuador Guayaquil Peru Callao Lima Chancay Chile Valparaiso
        San_Antonio_Chile Iquique Santiago Bolivia Brazil Brasil Santos Rio_de_Janeiro Paranagua Itajai Navegantes
        Itapoa Sao_Paulo Rio_Grande Suape Manaus Argentina Buenos_Aires Uruguay Montevideo Paraguay Asuncion Cuba
        Havana Dominican Caucedo Haiti Port-au-Prince Jamaica Kingston Trinidad Port_of_Spain
        MEX GDL BOG LIM SCL GRU VCP EZE UIO PTY SJO GUA HAV
    """,
    "middle_east": """
        中东 中印红 印巴 印度 波斯湾 红海 海湾 阿联酋 迪拜 杰贝阿里 阿布扎比 沙迦 哈利法港 沙特 沙特阿拉伯 吉达 达曼
        利雅得 延布 卡塔尔 多哈 哈马德 科威特 舒艾巴 舒韦赫 巴林 阿曼 苏哈尔 塞拉莱 马斯喀特 伊朗 阿巴斯 阿巴斯港
        德黑兰 伊拉克 乌姆盖萨尔 乌姆卡萨 巴格达 约旦 亚喀巴 也门 亚丁 荷台达 苏丹 苏丹港 吉布提 索马里 摩加迪沙
        柏培拉 厄立特里亚 马萨瓦 苏科纳 艾因苏赫纳 孟买 那瓦舍瓦 那瓦西瓦 新德里 德里 金奈 钦奈 蒙德拉 皮帕瓦沃
        加尔各答 科钦 班加罗尔 海得拉巴 维沙卡帕特南 图蒂科林 巴基斯坦 卡拉奇 卡西姆 拉合尔 孟加拉 吉大港 达卡
        斯里兰卡 科伦坡 马尔代夫 马累 尼泊尔 加德满都 阿富汗 喀布尔
        Middle_East Red_Sea Persian_Gulf Dubai Jebel_Ali Abu_Dhabi Sharjah Khalifa Saudi Saudi_Arabia Jeddah Dammam
        Riyadh Yanbu Qatar Doha Hamad Kuwait Shuaiba Shuwaikh Bahrain Oman Sohar Salalah Muscat Iran Bandar_Abbas
        Tehran Iraq Umm_Qasr Baghdad Jordan Aqaba Yemen Aden Hodeidah Sudan Port_Sudan Djibouti Somalia Mogadishu
        Berbera Eritrea Massawa Sokhna Ain_Sokhna India Mumbai Bombay Nhava_Sheva New_Delhi Delhi Chennai Mundra
        Pipavav Kolkata Calcutta Cochin Kochi Bangalore Hyderabad Visakhapatnam Vizag Tuticorin Pakistan Karachi Qasim
        Lahore Bangladesh Chittagong Chattogram Dhaka Sri_Lanka Colombo Maldives Male Nepal Kathmandu Afghanistan
        Kabul
        UAE DXB DWC AUH SHJ DOH KWI BAH MCT RUH JED DMM IKA BGW AMM BOM DEL MAA BLR CCU HYD KHI LHE ISB DAC CMB MLE
        KTM JIB KRT
    """,
    "europe": """
        欧洲 欧基 西北欧 北欧 东欧 地中海 地东 地西 黑海 亚得里亚海 英国 费利克斯托 南安普顿 伦敦 利物浦 曼彻斯特
        爱尔兰 都柏林 德国 汉堡 不来梅 不来梅港 威廉港 法兰克福 慕尼黑 柏林 杜伊斯堡 荷兰 鹿特丹 阿姆斯特丹 比利时
        安特卫普 泽布吕赫 列日 布鲁塞尔 法国 勒阿弗尔 马赛 福斯 巴黎 西班牙 巴塞罗那 瓦伦西亚 阿尔赫西拉斯 马德里
        毕尔巴鄂 葡萄牙 里斯本 莱克索斯 锡尼什 意大利 热那亚 拉斯佩齐亚 那不勒斯 里窝那 的里雅斯特 威尼斯 米兰 罗马
        拉文纳 瓦多 希腊 比雷埃夫斯 塞萨洛尼基 土耳其 伊斯坦布尔 安巴利 盖布泽 伊兹密尔 梅尔辛 伊斯肯德伦 马耳他
        塞浦路斯 利马索尔 以色列 海法 阿什杜德 特拉维夫 黎巴嫩 贝鲁特 叙利亚 拉塔基亚 埃及 亚历山大 塞得港 达米埃塔
        开罗 斯洛文尼亚 科佩尔 克罗地亚 里耶卡 罗马尼亚 康斯坦察 保加利亚 瓦尔纳 乌克兰 敖德萨 格鲁吉亚 波季 俄罗斯
        莫斯科 圣彼得堡 新罗西斯克 波兰 格但斯克 格丁尼亚 华沙 罗兹 马拉舍维奇 捷克 布拉格 匈牙利 布达佩斯 奥地利
        维也纳 瑞士 苏黎世 巴塞尔 丹麦 哥本哈根 奥胡斯 瑞典 哥德堡 斯德哥尔摩 挪威 奥斯陆 芬兰 赫尔辛基 科特卡
        爱沙尼亚 塔林 拉脱维亚 里加 立陶宛 克莱佩达 卢森堡 白俄罗斯 明斯克
        Europe North_Europe Mediterranean Black_Sea UK United_Kingdom England Felixstowe Southampton London
        London_Gateway Liverpool Manchester Ireland Dublin Germany Hamburg Bremen Bremerhaven Wilhelmshaven Frankfurt
        Munich Berlin Duisburg Netherlands Holland Rotterdam Amsterdam Belgium Antwerp Zeebrugge Liege Brussels France
        Le_Havre Marseille Fos Paris Spain Barcelona Valencia Algeciras Madrid Bilbao Portugal Lisbon Leixoes Sines
        Italy Genoa Genova La_Spezia Naples Napoli Livorno Leghorn Trieste Venice Milan Rome Ravenna Vado Greece
        Piraeus Thessaloniki Turkey Turkiye Istanbul Ambarli Gebze Izmir Mersin Iskenderun Malta Cyprus Limassol
        Israel Haifa Ashdod Tel_Aviv Lebanon Beirut Syria Lattakia Egypt Alexandria Port_Said Damietta Cairo Slovenia
        Koper Croatia Rijeka Romania Constanta Bulgaria Varna Ukraine Odessa Georgia Poti Russia Moscow St_Petersburg
        Saint_Petersburg Novorossiysk Poland Gdansk Gdynia Warsaw Lodz Malaszewicze Czech Prague Hungary Budapest
        Austria Vienna Switzerland Zurich Basel Denmark Copenhagen Aarhus Sweden Gothenburg Stockholm Norway Oslo
        Finland Helsinki Kotka Estonia Tallinn Latvia Riga Lithuania Klaipeda Luxembourg Belarus Minsk
        LHR LGW MAN EMA FRA MUC CGN HHN LEJ AMS BRU LGG LUX CDG MRS MAD BCN ZAZ LIS MXP FCO ATH IST TLV BEY CAI VIE
        ZRH BSL CPH ARN GOT OSL HEL WAW KTW PRG BUD OTP SOF SVO DME LED
    """,
    "north_america": """
        北美 美国 美东 美西 美湾 美中 美加 加拿大 洛杉矶 长滩 旧金山 西雅图 塔科马 波特兰 纽约 新泽西 诺福克 萨凡纳
        查尔斯顿 巴尔的摩 波士顿 费城 迈阿密 杰克逊维尔 休斯顿 新奥尔良 莫比尔 坦帕 芝加哥 亚特兰大 达拉斯 孟菲斯
        堪萨斯 底特律 丹佛 凤凰城 安克雷奇 火奴鲁鲁 檀香山 夏威夷 波多黎各 圣胡安 温哥华 鲁珀特王子港 多伦多 蒙特利尔
        哈利法克斯 卡尔加里 埃德蒙顿 温尼伯
        North_America United_States Canada Los_Angeles Long_Beach Oakland San_Francisco Seattle Tacoma Portland
        New_York New_Jersey Norfolk Savannah Charleston Baltimore Boston Philadelphia Miami Jacksonville Houston
        New_Orleans Mobile Tampa Chicago Atlanta Dallas Memphis Kansas Detroit Denver Phoenix Anchorage Honolulu
        Hawaii Puerto_Rico San_Juan Vancouver Prince_Rupert Toronto Montreal Halifax Calgary Edmonton Winnipeg
        USA LAX SFO SEA ORD JFK EWR BOS MIA ATL DFW IAH MEM SDF ANC DTW DEN YVR YYZ YUL YYC HNL
    """,
    "south_pacific": """
        南太 南太平洋 澳新 大洋洲 澳洲 澳大利亚 悉尼 墨尔本 布里斯班 弗里曼特尔 珀斯 阿德莱德 达尔文 霍巴特 新西兰
        奥克兰 陶朗加 利特尔顿 基督城 惠灵顿 纳皮尔 巴布亚新几内亚 莱城 莫尔兹比港 斐济 苏瓦 劳托卡 萨摩亚 阿皮亚 汤加
        努库阿洛法 瓦努阿图 维拉港 新喀里多尼亚 努美阿 大溪地 帕皮提 所罗门 霍尼亚拉 关岛 帕劳 密克罗尼西亚 马绍尔
        South_Pacific Oceania Australia Sydney Melbourne Brisbane Fremantle Perth Adelaide Darwin Hobart New_Zealand
        Auckland Tauranga Lyttelton Christchurch Wellington Napier Papua_New_Guinea Lae Port_Moresby Fiji Suva Lautoka
        Samoa Apia Tonga Vanuatu Port_Vila New_Caledonia Noumea Tahiti Papeete Solomon Honiara Guam Palau
        SYD MEL BNE PER ADL AKL CHC WLG POM NAN SUV APW
    """,
}
REGION_OF = {name.replace("_", " "): region for region, names in _PLACES.items() for name in names.split()}
_CODES = frozenset(name for name in REGION_OF if re.fullmatch("[A-Z]{3}", name))
_KNOWN = {name if name in _CODES else name.lower(): region for name, region in REGION_OF.items()}


def _pattern() -> re.Pattern[str]:
    """The longest name that fits counts: 墨西哥城 is not 墨西哥. English names and codes stand between other than letters."""
    names = [re.escape(name) for name in sorted(REGION_OF, key=len, reverse=True) if name not in _CODES]
    chinese, english = [n for n in names if not n.isascii()], [n for n in names if n.isascii()]
    apart = "(?<![A-Za-z])(?:%s)(?![A-Za-z])"
    return re.compile("|".join((*chinese, apart % f"(?i:{'|'.join(english)})", apart % "|".join(sorted(_CODES)))))


_FIND = _pattern()


def places(text: str | None) -> list[str]:
    """The known places in `text`, in order, as written there."""
    return _FIND.findall(unicodedata.normalize("NFKC", text or ""))


def region_of(text: str | None) -> str | None:
    """The region that a lane leads to: that of its last place abroad, whichever end it stands at; CHINA when it names only
    places at home, None when it names no known place."""
    found = [_KNOWN[name if name in _CODES else name.lower()] for name in places(text)]
    return next((region for region in reversed(found) if region != CHINA), CHINA if found else None)
