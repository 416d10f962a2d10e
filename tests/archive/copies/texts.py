"""Texts of which some are copies: each is written anew from a few words, so that none shares a sentence by chance."""

import random

NOUNS = [
    "المجلس",
    "المدير",
    "الوزارة",
    "السكان",
    "التجار",
    "المزارعون",
    "الصيادون",
    "المدرسة",
    "الجامعة",
    "المستشفى",
    "الميناء",
    "السوق",
    "القلعة",
    "المتحف",
    "الفريق",
    "المدرب",
    "اللاعب",
    "القاضي",
    "المحكمة",
    "البلدية",
    "الشركة",
    "المصنع",
    "العمال",
    "النقابة",
    "الطريق",
    "الجسر",
    "الحي",
    "القرية",
    "الوادي",
    "الساحل",
]
VERBS = [
    "أعلن",
    "قال",
    "أضاف",
    "أكد",
    "ناقش",
    "افتتح",
    "زار",
    "درس",
    "رفض",
    "وافق",
    "طالب",
    "حذر",
    "أوضح",
    "بين",
    "نفى",
    "انتقد",
    "أشاد",
    "تابع",
    "وقع",
    "ألغى",
    "أجل",
    "بدأ",
    "أنهى",
    "مدد",
    "خفض",
    "رفع",
]
THINGS = [
    "المشروع",
    "القرار",
    "الاتفاق",
    "الخطة",
    "الموسم",
    "المحصول",
    "الأسعار",
    "الرسوم",
    "الأشغال",
    "الترميم",
    "المعرض",
    "المباراة",
    "الدوري",
    "التدريب",
    "الامتحانات",
    "النتائج",
    "الميزانية",
    "الديون",
    "القروض",
    "الصيد",
    "الزيتون",
    "القمح",
    "المياه",
    "الكهرباء",
    "الدواء",
    "العلاج",
    "الحملة",
    "الحفل",
    "المهرجان",
    "الكتاب",
]
WHEN = ["أمس", "اليوم", "غدا", "مساء", "صباحا", "قريبا", "أخيرا", "مجددا", "سابقا", "لاحقا", "حاليا", "رسميا", "علنا"]


def sentence(maker: random.Random) -> str:
    words = [maker.choice(VERBS), maker.choice(NOUNS), maker.choice(THINGS), maker.choice(WHEN)]
    words += [maker.choice(NOUNS), maker.choice(THINGS), maker.choice(VERBS), maker.choice(NOUNS), maker.choice(WHEN)]
    return " ".join(words) + "."


def text(seed: int, sentences: int = 14) -> str:
    maker = random.Random(seed)
    return "\n".join(sentence(maker) for _number in range(sentences))


TASHKEEL = "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652"


def vowelled(source: str, seed: int = 1) -> str:
    maker = random.Random(seed)
    return "".join(
        letter + (maker.choice(TASHKEEL) if "ء" <= letter <= "ي" and maker.random() < 0.7 else "")
        for letter in source
    )


def with_other_lead(source: str, seed: int = 2) -> str:
    _first, *rest = source.split("\n")
    return "\n".join([text(1000 + seed, 2), *rest[2:]])


def cut(source: str, share: float = 0.6) -> str:
    words = source.split(" ")
    return " ".join(words[: int(len(words) * share)])


def weather(seed: int) -> str:
    """A form that is filled in with other numbers every day."""
    maker = random.Random(seed)
    cities = ["بيروت", "دمشق", "عمان", "القدس", "بغداد", "الرياض", "القاهرة", "تونس", "الجزائر", "الرباط"]
    lines = [
        f"حالة الطقس ليوم {maker.randrange(1, 29)} من شهر {maker.choice(['آذار', 'نيسان', 'أيار'])} كما وردت من الأرصاد:"
    ]
    lines += [
        f"وفي {city} تبلغ درجة الحرارة العظمى المتوقعة {maker.randrange(15, 45)} والصغرى {maker.randrange(2, 25)} درجة مئوية."
        for city in cities
    ]
    return "\n".join(
        [*lines, "وتنصح دائرة الأرصاد الجوية المواطنين بالحذر من الضباب على الطرق الجبلية في ساعات الصباح."]
    )
