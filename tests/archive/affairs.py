"""An archive of a few affairs, each told by several articles, among others that are about nothing of them."""

from datetime import UTC, datetime, timedelta

from archive.models import Article, Source
from archive.search.statistics import count_words
from tests.factories import ArticleFactory, SourceFactory

DAY = datetime(2018, 3, 5, 8, tzinfo=UTC)

FERRY = (
    "غرق عبّارة قبالة جزيرة أرواد",
    "انتشال صندوق العبّارة الغارقة قبالة أرواد",
    "لجنة التحقيق في غرق عبّارة أرواد تستمع إلى القبطان",
)
FERRY_TEXTS = (
    "غرقت عبّارة تحمل ستين راكبًا قبالة جزيرة أرواد، وأنقذ خفر السواحل معظم الركاب، وقال القبطان إن المحرك تعطل في العاصفة.",
    "انتشل الغواصون صندوق العبّارة الغارقة قبالة أرواد، وسلّموه إلى خفر السواحل، ولا يزال ثلاثة من الركاب مفقودين بعد العاصفة.",
    "استمعت لجنة التحقيق إلى قبطان العبّارة الغارقة قبالة أرواد، وقال إن المحرك تعطل قبل العاصفة وإن خفر السواحل أنقذ الركاب.",
)
BRIDGE = ("إغلاق جسر الرستن للصيانة", "إعادة فتح جسر الرستن بعد الصيانة")
BRIDGE_TEXTS = (
    "أغلقت مديرية الطرق جسر الرستن أمام الشاحنات لصيانة المفاصل المتآكلة، وحوّلت السير إلى التحويلة الشرقية أسبوعين.",
    "أعادت مديرية الطرق فتح جسر الرستن أمام الشاحنات بعد صيانة المفاصل المتآكلة، وأُلغيت التحويلة الشرقية التي ضاق بها السير.",
)
OTHERS = (
    (
        "معرض للخط العربي في دمشق",
        "افتُتح معرض للخط العربي يضم لوحات لخطاطين شباب، ويستمر حتى نهاية الشهر في قاعة الفنون.",
    ),
    (
        "محصول القمح يفوق التوقعات",
        "قال مزارعون إن محصول القمح هذا الموسم فاق التوقعات بفضل أمطار نيسان الغزيرة في السهول.",
    ),
    (
        "فريق الكرامة يبلغ النهائي",
        "بلغ فريق الكرامة المباراة النهائية بعد فوزه بهدفين في الشوط الثاني وسط حضور جماهيري كبير.",
    ),
    ("مكتبة متنقلة تجوب القرى", "بدأت مكتبة متنقلة جولة على قرى الجبل لإعارة الكتب للأطفال، ويقودها معلم متقاعد."),
    ("ارتفاع أسعار الزيتون", "ارتفعت أسعار الزيتون وزيته في الأسواق بعد موسم ضعيف، وشكا التجار من كلفة النقل."),
    (
        "كسوف جزئي يشاهد الجمعة",
        "يشاهد سكان المنطقة كسوفًا جزئيًا للشمس يوم الجمعة، ونصح الفلكيون باستعمال نظارات خاصة.",
    ),
)


def write(title: str, text: str, *, days: float = 0, **fields) -> Article:
    """An article published so many DAYS after DAY; every one is of one source."""
    if not fields.get("undated"):
        fields.setdefault("published_at", DAY + timedelta(days=days))
    source = Source.objects.filter(slug="almarsa").first() or SourceFactory(slug="almarsa")
    return ArticleFactory(title=title, summary="", body=f"<p>{text}</p>", source=source, section=None, **fields)


def affairs(*, gap: float = 2) -> dict[str, list[Article]]:
    """The archive, its words counted: `ferry`, `bridge` and `others`, the articles of each GAP days apart."""
    written = {
        name: [write(title, text, days=number * gap) for number, (title, text) in enumerate(affair)]
        for name, affair in (
            ("ferry", zip(FERRY, FERRY_TEXTS, strict=True)),
            ("bridge", zip(BRIDGE, BRIDGE_TEXTS, strict=True)),
            ("others", OTHERS),
        )
    }
    count_words()
    return written
