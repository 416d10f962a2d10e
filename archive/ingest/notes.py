"""Every code an import reports, with its sentence; the codes are a contract, the sentences are translated."""

import errno

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from archive.ingest.records import Note
from archive.ingest.statistics.sentences import FIGURES

SENTENCES = {
    # Why an input was not imported.
    "file_missing": _("there is no such file or folder"),
    "file_not_regular": _("not a regular file"),
    "file_unreadable": _("the file cannot be read: %(problem)s"),
    "file_empty": _("the file is empty"),
    "folder_empty": _("nothing was found to import in it"),
    "file_damaged": _("the packed file is damaged"),
    "file_cut_short": _("the packed file is cut short: it ends before its contents do"),
    "unpacked_too_large": _(
        "much more comes out of the packed file than its size allows: it is not unpacked further"
    ),
    "container_too_deep": _("packed files lie in one another more than %(limit)s deep"),
    "container_not_held": _(
        "a ZIP in another packed file, or from a pipe, may have %(limit_bytes)s bytes: unpack it first"
    ),
    "container_too_many": _("too many files in one ZIP: unpack it first"),
    "member_encrypted": _("it is locked with a password"),
    "member_packed_oddly": _("it is packed in a way that cannot be read"),
    "format_unknown": _(
        "the format is not recognised: saved pages, web archives, feeds, newswires, tables, JSON, WordPress and TREC are"
    ),
    "page_too_large": _("larger than a page may be (%(limit_bytes)s bytes)"),
    "page_too_many_tags": _("more markup than a page may have (%(limit)s tags)"),
    "mhtml_damaged": _("a saved page whose parts cannot be told apart"),
    "mhtml_no_page": _("no page is among its parts"),
    "warc_damaged": _("the web archive is damaged: no further record was found in it"),
    "warc_cut_short": _("the record is cut short: %(bytes)s of %(length)s bytes"),
    "warc_body_cut": _("what the server sent ends too early: it seems cut short"),
    "warc_no_http": _("the record has no HTTP headers that can be read"),
    "warc_skipped": _("%(count)s records that are no pages: %(kinds)s"),
    "page_front": _("a page of headlines that lead to articles, and none of one"),
    "page_not_found": _("a page that says that there is none"),
    "page_login": _("a page that asks to log in, without the article"),
    "line_too_long": _("line longer than a record may be (%(limit_bytes)s bytes)"),
    "feed_empty": _("the feed holds no entries"),
    "xml_ill_formed_long": _("ill-formed XML, and too long to be read all the same (%(limit_chars)s letters)"),
    "json_list_cut_short": _("the JSON ends on line %(line)s before its list does: it seems cut short"),
    "json_no_records": _("the JSON holds no objects that could be articles"),
    "table_no_names": _(
        "none of its columns is called a title or a text; “Names in the file” (--mapping in the command) says which "
        "they are: %(names)s"
    ),
    "table_too_wide": _("a table of more than %(limit)s columns"),
    "text_too_long": _("“%(field)s” is longer than a text may be (%(limit_chars)s letters)"),
    "quote_unclosed": _("a quotation mark opens a cell and none closes it"),
    "wire_empty": _("it holds no news items"),
    "wire_not_text": _("a news item of another kind than text: %(kind)s"),
    "wire_withdrawn": _("its agency has withdrawn it, or holds it back"),
    "trec_empty": _("it holds no documents"),
    "wxr_no_post": _("not a post of the site: %(kind)s"),
    "wxr_unpublished": _("the site has not published it, or not for all: %(status)s"),
    "record_too_long": _("longer than a record may be (%(limit_bytes)s bytes)"),
    "xml_entities": _("the document declares entities of its own, which are never read"),
    "xml_too_deep": _("XML nested too deeply"),
    "xml_unreadable": _("not XML that can be read"),
    "xml_cut_short": _("it ends too early: it seems cut short, and is read as far as it goes"),
    "xml_unclosed": _("more than %(count)s records on end have no closing tag: the rest of the file is not read"),
    "xml_ill_formed": _("the XML is ill-formed, and is read as far as it goes"),
    "json_invalid": _("not valid JSON from line %(line)s, column %(column)s: %(text)s"),
    "json_cut_short": _("the JSON of line %(line)s ends too early, at column %(column)s: it seems cut short"),
    "json_number_too_long": _("a number in the JSON is too long to be read"),
    "json_too_deep": _("JSON nested too deeply"),
    "json_not_object": _("a line that is no JSON object"),
    "not_text": _("not a text: it holds binary data"),
    "not_arabic": _("no Arabic text in it; name the format to import it all the same"),
    "no_title_no_body": _("neither a title nor a text"),
    "fields_unread": _("no title and text that can be read: not text, as they should be, are %(fields)s"),
    "no_title": _("no title was found"),
    "no_body": _("a title without a text"),
    "only_furniture": _("all its lines stand on other pages of this source too: nothing of its own is left"),
    "export_cut_short": _("the export is cut short: its last line is missing; what stands before it was read"),
    "export_changed": _("the export was changed since it was made: its checksum is another"),
    "export_line_unread": _("a line that no export writes"),
    "refused_by_database": _("the database refused it: %(problem)s"),
    "record_gone": _("what it was read from is not found in the bytes any more"),
    "record_broke": _("an error of the program kept it out: %(problem)s"),
    "reader_broke": _("an error of the program kept the rest of it from being read: %(problem)s"),
    # Why an import stopped, or waits.
    "database_away": _("the database is away: trying again in %(seconds)s seconds (%(problem)s)"),
    "database_failed": _("the database failed: %(problem)s"),
    "database_full": _("there is no room left on the database's disk"),
    "worker_died": _("the worker ended in the middle of it too often: see the server's log"),
    "import_broke": _("it broke by an error of the program: %(problem)s"),
    # Why a mapping file is of no use.
    "mapping_invalid": _("it is neither TOML nor JSON"),
    "mapping_field_unknown": _("there is no field “%(field)s”; there are %(fields)s"),
    "mapping_names_odd": _("what “%(field)s” is called must be a name, or a list of names"),
    # Why a feed was not fetched.
    "fetch_not_web": _("not an address of the web: %(url)s"),
    "fetch_unresolved": _("there is no host called %(host)s, or its address cannot be found now"),
    "fetch_private": _(
        "%(host)s is not of the public web (%(address)s), and is fetched from only when whoever runs the server allows "
        "it in FETCH_ALLOWED_NETWORKS"
    ),
    "fetch_robots": _("its site asks programs not to fetch it (robots.txt): %(url)s"),
    "fetch_timeout": _("%(host)s took too long to answer"),
    "fetch_unreachable": _("%(host)s could not be asked: %(problem)s"),
    "fetch_redirects": _("it leads from one address to another without end"),
    "fetch_too_large": _("larger than what is fetched may be (%(limit_bytes)s bytes)"),
    "fetch_refused": _("the server answered with %(status)s"),
    "no_feed": _("what is at its address is no feed"),
    "feed_broke": _("what was fetched could not be imported, by an error of the program: %(problem)s"),
    "feed_gone": _("the server says that it is gone for good: it is followed no more"),
    "feed_moved": _(
        "it has moved for good, to an address that is followed already (%(url)s): it is followed no more"
    ),
    # What is worth knowing about an article that was imported.
    "title_from_text": _("it had no title: the title is taken from the text"),
    "title_cut": _("the title was too long and was cut; the whole of it is in the text"),
    "no_date": _("no date was found: it waits in the admin among the articles that need one"),
    "no_text": _("no text: kept as a draft"),
    "export_not_public": _("readers did not see it in the archive it comes from (%(status)s): kept as a draft"),
    "export_as_articles": _(
        "the archive is not empty, so the articles of the export are imported as any others: without history, pictures "
        "and what stands beside them"
    ),
    "archive_restored": _("restored from an export of %(made_at)s, exactly as it was: %(rows)s rows"),
    "text_came": _("it has a text now, and is still a draft"),
    "repeats_kept": _("most of its text stands on other pages too; it is kept, and may hold lines of the site"),
    "broken_bytes": _("%(count)s unreadable bytes were replaced by “�”"),
    "warc_truncated": _("the crawler did not keep all of it: %(reason)s"),
    "warc_digest_wrong": _("its digest in the web archive is not that of its bytes: it may be damaged"),
    "mojibake_repaired": _("text that had been read in the wrong encoding before was put right: %(count)s places"),
    "encoding_declared_wrongly": _("the page says it is in %(declared)s; it was read as %(encoding)s"),
    "mojibake": _("the text looks as if it had been read in the wrong encoding before"),
    "date_unread": _("the date was not understood and is left unknown: %(text)s"),
    "date_contradiction": _("the date names two months that are not the same; only its year was taken: %(text)s"),
    "date_month_first": _(
        "the date was read with its month first, for it has no other meaning; days up to the twelfth beside it are read "
        "day first: %(text)s"
    ),
    "date_hijri": _("the date is in the Hijri calendar only; it was reckoned by that of Umm al-Qura: %(text)s"),
    "date_modified_only": _("only the date of its last change is given, which is not that of its publication"),
    "dates_differ": _("its metadata dates it %(told)s, which was taken; %(seen)s is printed beside its headline"),
    "zone_contradicted": _(
        "its time is given as that of Greenwich, and printed as that of the source: the latter was taken"
    ),
    "body_from_metadata": _("the page shows no text: it was taken from its metadata"),
    "date_calendars_differ": _(
        "the Hijri date beside it is of another day; the date in our calendar was taken: %(text)s"
    ),
    "date_relative": _("the date says how long ago; it was reckoned from when the page was collected: %(text)s"),
    "date_future": _("the date is in the future: the article is scheduled, and hidden until then"),
    "zone_unknown": _("its source's time zone, “%(zone)s”, is not known: the date was read in %(taken)s"),
    "several_dates": _("several lines are dates: none was taken as the article's"),
    "field_ignored": _("the field “%(field)s” is not of a kind that can be read"),
    "row_ragged": _("the row has %(cells)s cells under %(columns)s names"),
    "pictures_left_out": _("it has more than %(limit)s pictures: those behind them were left out"),
    "body_list": _("the text came as a list: each part of it is a paragraph"),
    "url_ignored": _("the web address is not one of the web, or too long: %(url)s"),
    "author_ignored": _("not taken as an author, for it does not read like a name: %(text)s"),
    "same_title": _("another article of this source has the same title and another text: both are kept"),
    "same_id": _(
        "another article of this source has the same number, another title and another text: both are kept, for the "
        "number may be that of a row"
    ),
    "same_url": _("another article of this source has the same address and another text: both are kept"),
    "edits_kept": _("changed by hand since the last import, and left so: %(fields)s"),
    "source_new": _("the source “%(source)s” is new in the archive"),
    "source_new_near": _("the source “%(source)s” is new in the archive, which has similar ones: %(near)s"),
    "source_unused": _("nothing came of the source “%(source)s”, and it was not made"),
    "source_found": _("its source was not known: it is an article of the source “%(source)s” now"),
    "same_bytes": _(
        "these very bytes are in the archive already, from the source “%(source)s”, as article %(article)s: nothing"
        " was made; --separate makes another article of them"
    ),
    "names_unread": _(
        "fields that hold text and were not read; “Names in the file” (--mapping in the command) says what they are: "
        "%(fields)s"
    ),
    # Why a line of a page, or a part of a text, was dropped.
    "header": _("stood above the headline"),
    "title_repeated": _("repeats the headline"),
    "breadcrumb": _("says where the page is on the site"),
    "banner": _("a banner of the site"),
    "whatsapp": _("offers the WhatsApp service"),
    "newsletter": _("offers the newsletter"),
    "social": _("leads to the site's social accounts"),
    "share": _("offers to share, print or save the page"),
    "advertisement": _("an advertisement"),
    "navigation": _("leads elsewhere on the site"),
    "caption": _("kept as the caption of a picture"),
    "related": _("leads to related articles, which are kept as links where they can be told"),
    "author_box": _("introduces the author"),
    "hidden": _("not shown on the page"),
    "link": _("kept as a link to another article"),
    "comments": _("comments, or the offer to comment"),
    "counter": _("counts views, comments or minutes"),
    "tags": _("the page's keywords"),
    "copyright": _("the site's copyright line"),
    "notice": _("a notice of the site to its visitors"),
    "end_mark": _("marks the end of the text"),
    "code": _("a style or a script of the page, no text"),
    "date": _("kept as the article's date"),
    "date_line": _("a date of the page, not of the article's publication"),
    "author": _("kept as the article's author"),
    "place": _("kept as the article's dateline"),
    "repeated": _("stands on other pages of this source too"),
    "footer": _("stood below the article, after the site's own lines"),
    "element": _("markup that articles do not keep; the text in it stays"),
    "element_with_text": _("markup that articles do not keep, left out with all that is in it"),
    "attribute": _("markup's attributes that articles do not keep"),
    "markup_comment": _("comments in the markup"),
    "member_no_file": _("a link or a device, not a file"),
    "hidden_file": _("a hidden file"),
    "page_part": _("a picture, style, script or typeface of a page, not an article"),
    **FIGURES,
}


SYSTEM_ERRORS = {
    errno.EACCES: _("permission denied"),
    errno.EPERM: _("permission denied"),
    errno.ENOENT: _("there is no such file or folder"),
    errno.EISDIR: _("it is a folder"),
    errno.ENOTDIR: _("its path leads through a file"),
    errno.ELOOP: _("its links lead in a circle"),
    errno.ENAMETOOLONG: _("its name is too long"),
    errno.EMFILE: _("too many files are open"),
    errno.ENOSPC: _("the disk is full"),
    errno.EROFS: _("the disk is read-only"),
    errno.EIO: _("the disk does not answer as it should"),
}
"""What the operating system says in English only."""


def reason(problem: OSError) -> str:
    """Return why the system refused a file, in the active language."""
    if problem.errno in SYSTEM_ERRORS:
        return str(SYSTEM_ERRORS[problem.errno])
    return gettext("system error %(name)s") % {"name": errno.errorcode.get(problem.errno, problem.errno)}


def sentence(note: Note) -> str:
    """Return the sentence of NOTE in the active language."""
    return str(SENTENCES[note.code]) % note.values if note.values else str(SENTENCES[note.code])
