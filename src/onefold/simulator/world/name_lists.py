"""Lists of which names are made. Surnames and their shares: Ministry of Public Security, National Name Report 2020 (the five
largest; together 30.8 %), the others after the usual published order; given names after the fashion of each generation."""

from __future__ import annotations

SURNAMES: tuple[tuple[str, str, int], ...] = (
    ("王", "wang", 717), ("李", "li", 700), ("张", "zhang", 674), ("刘", "liu", 510), ("陈", "chen", 461),
    ("杨", "yang", 322), ("黄", "huang", 245), ("吴", "wu", 200), ("赵", "zhao", 200), ("周", "zhou", 190),
    ("徐", "xu", 142), ("孙", "sun", 138), ("马", "ma", 129), ("朱", "zhu", 126), ("胡", "hu", 116),
    ("林", "lin", 113), ("郭", "guo", 113), ("何", "he", 106), ("高", "gao", 100), ("罗", "luo", 95),
    ("郑", "zheng", 93), ("梁", "liang", 85), ("谢", "xie", 76), ("宋", "song", 70), ("唐", "tang", 69),
    ("许", "xu", 66), ("邓", "deng", 62), ("冯", "feng", 62), ("韩", "han", 61), ("曹", "cao", 60),
    ("曾", "zeng", 58), ("彭", "peng", 58), ("萧", "xiao", 56), ("蔡", "cai", 53), ("潘", "pan", 52),
    ("田", "tian", 52), ("董", "dong", 51), ("袁", "yuan", 50), ("于", "yu", 48), ("余", "yu", 48),
    ("叶", "ye", 48), ("蒋", "jiang", 48), ("杜", "du", 47), ("苏", "su", 46), ("魏", "wei", 45),
    ("程", "cheng", 45), ("吕", "lv", 45), ("丁", "ding", 43), ("沈", "shen", 41), ("任", "ren", 41),
    ("姚", "yao", 40), ("卢", "lu", 40), ("傅", "fu", 40), ("钟", "zhong", 40), ("姜", "jiang", 39),
    ("崔", "cui", 38), ("谭", "tan", 38), ("廖", "liao", 37), ("范", "fan", 36), ("汪", "wang", 36),
    ("陆", "lu", 36), ("金", "jin", 35), ("石", "shi", 34), ("戴", "dai", 34), ("贾", "jia", 33),
    ("韦", "wei", 32), ("夏", "xia", 32), ("邱", "qiu", 31), ("方", "fang", 31), ("侯", "hou", 30),
    ("邹", "zou", 30), ("熊", "xiong", 29), ("孟", "meng", 29), ("秦", "qin", 28), ("白", "bai", 27),
    ("江", "jiang", 27), ("阎", "yan", 26), ("薛", "xue", 26), ("尹", "yin", 24), ("段", "duan", 23),
    ("雷", "lei", 22), ("黎", "li", 21), ("史", "shi", 20), ("龙", "long", 19), ("陶", "tao", 18),
    ("贺", "he", 18), ("顾", "gu", 18), ("毛", "mao", 17), ("郝", "hao", 17), ("龚", "gong", 17),
    ("邵", "shao", 17), ("万", "wan", 16), ("钱", "qian", 16), ("严", "yan", 15), ("赖", "lai", 15),
    ("覃", "qin", 15), ("洪", "hong", 14), ("武", "wu", 14), ("莫", "mo", 14), ("孔", "kong", 13),
    ("欧阳", "ouyang", 8), ("上官", "shangguan", 1), ("司马", "sima", 1), ("诸葛", "zhuge", 1), ("单", "shan", 6),
    ("仇", "qiu", 2), ("翟", "zhai", 9), ("䶮", "yan", 1),
)  # fmt: skip
"""Surname, its letters, weight in ten-thousandths."""

GENERATIONS = (1960, 1975, 1990, 2005)
"""First year of birth of the second and later generations of names."""

FIRST = {
    "M": ("建国志德文玉金福永长", "建志国军卫红伟永海明", "志伟俊晓文海鹏建国永", "俊浩子文宇嘉志家天泽", "子浩宇梓俊一沐奕铭晨"),
    "F": ("秀桂玉淑凤素兰金春翠", "丽红秀玉建晓春桂爱美", "晓丽雪海婷静文小雅佳", "雨思佳欣诗嘉子雅梦晓", "梓欣雨子诗若可一语依"),
}  # fmt: skip
SECOND = {
    "M": (
        "国华明林生才成山海平荣贵祥云清",
        "军平国民华伟东强斌生勇刚辉明忠",
        "强伟峰磊鹏涛超波杰辉亮飞斌勇凯",
        "轩宇杰豪然博涵鑫阳晨辰航哲凯彬",
        "轩涵宇泽辰睿熙航阳皓霖恒诚言川",
    ),
    "F": (
        "英兰珍芳华云莲芝香梅琴荣娥凤清",
        "英萍梅红芳华玲霞兰燕琴敏珍云娟",
        "丽静娟艳霞燕芳敏婷玲娜洁琳雪莉",
        "涵怡琪婷欣颖妍悦彤瑶萱雯倩茹宁",
        "涵萱怡彤妍诺汐琪瑶晴语菲然宁柔",
    ),
}
SINGLE = {"M": "伟强军磊勇杰涛明超刚平辉鹏斌波浩宇鑫凯亮", "F": "芳敏静丽艳娟霞燕玲婷雪洁颖琳慧倩莉娜萍瑶"}
MINORITY_GIVEN = {
    "M": ("买买提", "艾力", "阿卜杜拉", "吐尔逊", "巴特尔", "扎西", "多吉", "次仁", "木合塔尔", "居马洪"),
    "F": ("阿依古丽", "古丽娜尔", "帕提古丽", "热依汗", "乌云其其格", "卓玛", "央金", "阿依努尔", "迪丽娜尔", "娜仁"),
}
MINORITY_LAST = ("买买提", "吐尔地", "阿不都", "依明", "卡德尔", "尼亚孜", "哈斯木", "热合曼", "多吉", "才让")
FOREIGN_LAST = ("Keller", "Smith", "Tanaka", "Kim", "Müller", "Martin", "Rossi", "Nguyen", "Garcia", "Ivanov", "O'Neill",
                "Andersson", "Park", "Dubois", "Singh", "de Vries", "Lopez", "Novak", "Silva", "Brown")  # fmt: skip
FOREIGN_FIRST = {
    "M": ("John", "Peter", "Kenji", "Min-jun", "Thomas", "Luca", "Minh", "Carlos", "Ivan", "Patrick", "Erik", "Amit"),
    "F": ("Anna", "Mary", "Yuki", "Seo-yeon", "Sabine", "Giulia", "Linh", "Elena", "Olga", "Nicole", "Karin", "Priya"),
}
TRADES = (
    "物流",
    "食品",
    "科技",
    "贸易",
    "建材",
    "服饰",
    "餐饮",
    "机械",
    "医药",
    "文化传播",
    "装饰工程",
    "电子",
    "农业",
    "教育咨询",
)
FORMS = ("有限公司", "有限公司", "有限公司", "有限责任公司", "股份有限公司", "商行", "合作社")
BRANDS = (
    "华",
    "鑫",
    "瑞",
    "恒",
    "盛",
    "泰",
    "顺",
    "宏",
    "嘉",
    "安",
    "联",
    "达",
    "通",
    "源",
    "丰",
    "和",
    "润",
    "博",
    "海",
    "远",
)
