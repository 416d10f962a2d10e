"""Words that tell names from other words: made by script/starter-names, or written here."""

from pathlib import Path

from archive.text.normalize import words

FOLDER = Path(__file__).parent / "starter"


def _words_of(file_name: str) -> frozenset[str]:
    return frozenset((FOLDER / file_name).read_text(encoding="utf-8").split())


def _folded(text: str) -> frozenset[str]:
    return frozenset(words(text).split())


HOMOGRAPHS = _words_of("homographs_v1.txt")
"""Names that are more often ordinary words, folded."""

GENERIC_NOUNS = _folded(
    """المدينة المجلس المنظمة الجامعة السلطة الحركة الهيئة القناة البرلمان المؤتمر الصندوق المملكة الحزب التنظيم
    الجماعة الشركة البنك الوزارة الحكومة النادي المنتخب القمة الوكالة الصحيفة اللجنة المحكمة الجمعية الجبهة الحلف
    المفوضية المتحف الفريق النظام الاتحاد الدولة الضفة الخليج"""
)
"""Short for many a name: even behind the full one, they need more context."""

NISBAS = _words_of("nisbas_v1.txt")
"""Adjectives of countries, folded, with and without the article: السعودية is one, and a country's name."""

BEFORE_PLACES = _folded(
    """مدينة مدينتي مدن بلدة بلدتي بلدات قرية قرى محافظة محافظتي محافظات ولاية إمارة منطقة إقليم قضاء ناحية حي ضاحية
    ميناء مطار مرفأ معبر جزيرة جبل نهر وادي مضيق ساحل شمال جنوب شرق غرب شرقي غربي شمالي جنوبي شمالى غربى شرقى قرب
    العاصمة مديرية قاعدة مخيم بلدية دولة جمهورية مملكة سلطنة حدود سواحل أهالي سكان"""
)
BEFORE_PEOPLE = _folded(
    """الرئيس وزير الوزير الوزيرة السيد السيدة الشيخ الشيخة الأمير الأميرة الملك الملكة السلطان الدكتور الدكتورة
    المهندس الأستاذ اللواء العميد العقيد الفريق المشير النقيب الرائد القاضي المبعوث مبعوث السفير الجنرال البابا
    البطريرك المطران الإمام الزعيم المستشار المستشارة المدرب اللاعب الفنان الفنانة الممثل الممثلة المطرب المطربة
    الكاتب الشاعر المرشح النائب الأسير الشهيد العالم المخرج المرشد"""
)
BEFORE_ORGANISATIONS = _folded(
    """حركة حزب تنظيم جماعة صحيفة جريدة قناة فضائية تلفزيون وكالة شركة نادي فريق بنك مصرف مؤسسة منظمة جمعية نقابة
    جامعة هيئة مجلس شبكة مجموعة كتائب ميليشيا ميليشيات موقع مجلة إذاعة منتخب لاعب لاعبي مدرب مهاجم حارس مقاتلي عناصر
    مسلحي قيادة حركتي صحيفتي قناتي ناديي فريقي"""
)
"""What stands before a name of each kind, folded."""

PREPOSITIONS = _folded("في فى من إلى الى على عن بين قرب نحو باتجاه حتى منذ عبر لدى تجاه ضد مع")

CONTAINERS = _folded(
    """جامعة مطار مستشفى مدينة شارع طريق جسر مركز مؤسسة جائزة كأس ميناء قاعدة مسجد جامع حديقة مدرسة كلية معهد ملعب
    استاد إستاد مكتبة متحف برج ميدان دوار سد حي قصر مجمع كرسي مخيم ضريح مقام كنيسة دير بطولة مهرجان كتائب لواء
    أكاديمية مشروع"""
)
"""What is called after people: a person's name behind it means no person."""

MASCULINE = _folded(
    """الرئيس الوزير الملك الأمير الشيخ المبعوث السفير الوفد الجانب الزعيم المسؤول القائد الفريق العام الماضي الحالي
    السابق المقبل الجاري الأسبق الراحل الأول الثاني الخاص الأعلى الأعظم النائب المتحدث الناطق الرسمي"""
)
"""Nouns and adjectives with the article behind which a feminine adjective cannot stand: it is a country's name."""

TIMES = _folded("اليوم الآن الليلة السبت الأحد الاثنين الإثنين الثلاثاء الأربعاء الخميس الجمعة البارحة حاليا أمس غدا")

OFFICE_HOLDERS = _folded(
    "وزير وزيرة وزراء وزيري لجنة لجان شؤون سياسة سياسات علاقات قوات أنظمة لوزير لوزراء ووزير ووزراء"
)
"""Behind these, the short name of a ministry is their complement: وزيرة الخارجية الفرنسية."""

OFFICES = _folded("الخارجية الداخلية المالية الدفاع")
"""Words that begin the short name of a ministry, and are most often something else behind another noun."""

PARTICLES_OF_NAMES = _folded("دي دو دا دل ديل فان فون لو لا بن ابن أبو أم آل عبد ولد أولد سان")
SECOND_HALVES = _folded("أوغلو أوغلي الله الدين زاده لاين كان")
"""Words that are no surname by themselves: with what precedes them they are."""

NUMBERED = _folded(
    """الأول الثاني الثالث الرابع الخامس السادس السابع الثامن التاسع العاشر عشر الأب الابن الصغير الكبير"""
)
"""What ends the names of kings, and is no surname."""
