import pytest

from archive.ingest.furniture import RepeatedLines, known_furniture, line_key
from archive.ingest.lines import page_lines
from tests.archive.ingest.pages import PAGES, PARAGRAPHS, page


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("انضموا إلى قناتنا على واتساب", "whatsapp"),
        ("خدمة الأخبار العاجلة عبر الواتس اب", "whatsapp"),
        ("سجّل بريدك في نشرتنا الإخبارية", "newsletter"),
        ("البريد الإلكتروني", "newsletter"),
        ("تابعنا على وسائل التواصل الاجتماعي", "social"),
        ("تابعونا على فيسبوك وتويتر", "social"),
        ("فيسبوك", "social"),
        ("شارك هذا المقال", "share"),
        ("شارك الخبر على فيسبوك", "share"),
        ("طباعة", "share"),
        ("إعلان", "advertisement"),
        ("للإعلان في الموقع اتصل بنا", "advertisement"),
        ("أعلن معنا", "advertisement"),
        ("المقالات المنشورة تعبر عن رأي كتابها ولا تعبر بالضرورة عن رأي الموقع.", "notice"),
        ("آخر تحديث قبل 5 دقائق", "date_line"),
        ("منذ ساعتين", "date_line"),
        ("شاهد أسعار العملات لحظة بلحظة", "banner"),
        ("أضف تعليقاً", "comments"),
        ("لا توجد تعليقات", "comments"),
        ("عدد المشاهدات: ١٢٣", "counter"),
        ("3 دقائق للقراءة", "counter"),
        ("الكلمات المفتاحية: زيت، زيتون", "tags"),
        ("جميع الحقوق محفوظة لموقع المثال © 2019", "copyright"),
        ("© 2019", "copyright"),
        ("نستخدم ملفات تعريف الارتباط لتحسين تجربتك", "notice"),
        ("الرئيسية", "navigation"),
        ("اقرأ المزيد", "navigation"),
        ("السابق", "navigation"),
        ("// انتهى //", "end_mark"),
        ("***", "end_mark"),
    ],
)
def test_what_every_site_says(line, code):
    assert known_furniture(line) == code


@pytest.mark.parametrize(
    "line",
    [
        *PARAGRAPHS,
        "شارك المنتخب في البطولة بفريق شاب",
        "وقالت الشركة إن الاشتراك في خدمة واتساب سيبقى مجانياً هذا العام.",
        "تابع الرئيس جولته في المدن الساحلية",
        "نشر الكاتب روايته الأولى قبل عشرين سنة",
        "السابق لأوانه أن نحكم على التجربة",
        "الإعلان عن نتائج الامتحانات غداً",
        "ردود الفعل",
        "أعلن الوزير في الموقع الجديد عن المشروع",
        "للإعلان عن النتائج موعد جديد",
        "وقال إن الآراء في المجلس لا تعبر بالضرورة عن موقف الحكومة كلها من المشروع.",
        "منذ ساعتين والطريق مقطوع",
        "التعليقات على القرار جاءت غاضبة في معظم العواصم",
    ],
)
def test_what_an_article_says(line):
    assert known_furniture(line) == ""


def test_lines_of_many_pages_are_counted_once_a_page():
    repeated = RepeatedLines.learn([page_lines(path.read_text()) for path in sorted(PAGES.glob("*.txt"))])
    assert repeated.pages == 4
    assert repeated.count(line_key("موقع الوادي يصدر عن دار الضفتين")) == 4
    assert repeated.count(line_key("مَوقع الوادى يصدر عن دار الضفّتين")) == 4
    assert (
        repeated.count(line_key("وتوقع تجار أن ترتفع الأسعار قليلاً قبل نهاية الشهر بسبب كلفة النقل والعصر والتخزين."))
        == 1
    )


def test_copies_of_one_page_count_as_one():
    first = page("صور الأسبوع")
    again = page("صور الأسبوع", paragraphs=(*PARAGRAPHS, "وأكدت النقابة الأرقام في بيان لاحق صدر مساء اليوم نفسه."))
    other = page(
        "صور الأسبوع", title="عنوان خبر آخر من مدينة أخرى", paragraphs=("خبر آخر لا صلة له بالأول من قريب أو بعيد.",)
    )
    repeated = RepeatedLines.learn([page_lines(text) for text in (first, again, other)])
    assert (repeated.pages, repeated.count(line_key(PARAGRAPHS[0])), repeated.count(line_key("صور الأسبوع"))) == (
        2,
        1,
        2,
    )
