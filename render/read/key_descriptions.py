"""What each part and key of a source and of an overlay means, in a sentence or two: JSON Schemas and docs show it."""

from __future__ import annotations

from collections.abc import Mapping

_NOTES = "The texts of the footnotes that this part marks, by name."
_LEAD = "A heading that runs into the text. Write its full stop yourself."
_CLOSING = "Words after the sub-paragraphs, in the margin of the paragraph itself."
_NUMBER = (
    "The number as published. Write it only where it differs from the number that Engross computes, such as 5 bis."
)

PARTS: Mapping[str, str] = {
    "declaration": "One declaration, in each language version that the file holds.",
    "marking": "A protective marking. Where the level alone is enough, write the level in place of this mapping.",
    "party": "A state or an organisation that declares.",
    "publication": "Where and when the text was published.",
    "organisation": "An organisation that publishes the text.",
    "change": "A change of a published text.",
    "rights": "Notices, word for word as published.",
    "signed": "Where and when a text was signed.",
    "signatory": "A person who signs.",
    "text": "A numbered paragraph. In the body of another paragraph, a sub-paragraph.",
    "recital": "A paragraph without a number, such as those of a preamble.",
    "section": "A titled part. Paragraph numbers continue through it.",
    "article": "A numbered part. Paragraph numbers start again at 1.",
    "annex": "A part after the signatures. Paragraph and article numbers start again at 1.",
    "list": "A list without numbers.",
    "item": "An item of a list that is more than text.",
    "table": "A table with a header row.",
    "quotation": "The words of another text.",
    "box": "Prose in a frame, set apart from the text around it.",
    "image": "A picture, with words for readers who can't see it.",
    "briefing": "What officials add to one declaration.",
    "question": "A question that may be asked, with its answer.",
    "annotation": "What officials add to one paragraph.",
    "commitment": "What one sentence commits its parties to.",
    "remark": "An internal note.",
}
"""By the name of the part. A node has the name of its kind, any other part that of its class."""

DESCRIPTIONS: Mapping[str, Mapping[str, str]] = {
    "declaration": {
        "id": "The stable name of the declaration. The names of its outputs begin with it.",
        "type": "What the text is, such as Joint declaration. It is printed above the title.",
        "title": "The full title, as printed.",
        "short_title": "A shorter title for the running header of the PDF and the Word copy.",
        "status": "How far the text has come. A draft is marked on every page, and --public needs a status.",
        "marking": "The protective marking, printed on every page and kept in the properties of every file.",
        "embargo": "The moment before which --public refuses to write the declaration.",
        "languages": "The language versions that this file holds, as BCP 47 tags. The first is the default.",
        "authentic_languages": "The languages whose texts have equal validity, held here or not.",
        "parties": "The parties to the declaration. Engross checks signatories and commitments against this list.",
        "publication": "Where and when the text was published.",
        "rights": "Notices about copyright and reuse, word for word as published.",
        "body": "The recitals, paragraphs, sections, articles and annexes, in reading order.",
        "testimonium": "The closing clause, above the signatures.",
        "signed": "Where and when the declaration was signed.",
        "signatories": "The people who signed, in the order in which their names are printed.",
        "notes": "The texts of the footnotes that the title or the testimonium marks, by name.",
    },
    "marking": {
        "level": "The level, such as OFFICIAL-SENSITIVE.",
        "handling": "How readers must handle a marked document, such as RECIPIENTS ONLY.",
        "scheme": "All levels of your own scheme, from the lowest to the highest. Known schemes need none.",
    },
    "party": {
        "id": "The stable name of the party, such as lt.",
        "name": "The name of the party. The declaration never prints it; lists of commitments do.",
    },
    "publication": {
        "organisation": "Who published the text.",
        "published": "The day of the first publication.",
        "updated": "The day of the last update.",
        "changes": "What changed after the first publication, and when.",
        "url": "The address of the published text.",
        "landing_page": "The address of the page that leads to the published text.",
    },
    "organisation": {
        "name": "The name of the organisation.",
        "url": "The address of the organisation's website.",
    },
    "change": {
        "date": "The day of the change.",
        "note": "What changed.",
    },
    "rights": {
        "copyright": "The copyright line, such as Crown copyright 2022.",
        "notice": "The licence notice.",
        "third_party": "The notice about material that belongs to others.",
        "availability": "The notice about where the publication is available.",
    },
    "signed": {
        "text": "The words of place and date as printed, such as London, 23 May 2022.",
        "place": "The place alone. It is never printed.",
        "date": "The day alone, for checks and for the dates of the files.",
    },
    "signatory": {
        "name": "The name of the person.",
        "party": "The id of the party that the person signs for.",
        "title": "The office that the person holds.",
        "on_behalf": "The words above the names of a party, such as For the Government of A.",
        "signed": "The place and date of this signature, where parties sign separately.",
    },
    "text": {
        "id": "The stable name of the paragraph. References and links lead to it, whatever its number is.",
        "number": _NUMBER,
        "lead": _LEAD,
        "text": "The words of the paragraph.",
        "body": "The sub-paragraphs, and whatever else is inside the paragraph.",
        "closing": _CLOSING,
        "notes": _NOTES,
    },
    "recital": {
        "recital": "The stable name of the recital.",
        "lead": _LEAD,
        "text": "The words of the recital.",
        "body": "What is inside the recital.",
        "closing": _CLOSING,
        "notes": _NOTES,
    },
    "section": {
        "section": "The stable name of the section.",
        "number": "The number of the section as published. A section without this key has no number.",
        "title": "The heading.",
        "body": "What is inside the section. Paragraph numbers continue from the section before.",
        "notes": _NOTES,
    },
    "article": {
        "article": "The stable name of the article.",
        "number": _NUMBER,
        "title": "The heading, after the number.",
        "body": "What is inside the article. Paragraph numbers start again at 1.",
        "notes": _NOTES,
    },
    "annex": {
        "annex": "The stable name of the annex.",
        "number": _NUMBER,
        "title": "The heading, after the number.",
        "body": "What is inside the annex. Paragraph and article numbers start again at 1.",
        "notes": _NOTES,
    },
    "list": {
        "list": "The items, each a text or an item with a list of its own.",
        "notes": _NOTES,
    },
    "item": {
        "text": "The words of the item.",
        "list": "The items below this one.",
    },
    "table": {
        "table": "The stable name of the table.",
        "caption": "The caption, printed with the table.",
        "header": "The names of the columns.",
        "rows": "The rows, each a list with one cell for each column.",
        "notes": _NOTES,
    },
    "quotation": {
        "quotation": "The words of another text, set apart from the declaration's own.",
        "attribution": "Where the words come from.",
        "notes": _NOTES,
    },
    "box": {
        "title": "The title of the box, printed at the top of the frame.",
        "box": "The words in the frame.",
        "notes": _NOTES,
    },
    "image": {
        "image": "A PNG or JPEG file in the folder of the source, or below that folder.",
        "alternative": "What the picture shows, for readers who can't see it. Needed unless the picture is decorative.",
        "decorative": "Write true if the picture shows nothing that a reader needs.",
        "caption": "The caption, printed with the picture.",
        "notes": _NOTES,
    },
    "briefing": {
        "declaration": "The id of the declaration that this overlay belongs to.",
        "languages": "The languages of the briefing. Without this key, all languages of the declaration.",
        "marking": "The protective marking of the briefing. A briefing shows the higher of this and the declaration's.",
        "title": "The title of the briefing.",
        "prepared_for": "Who the briefing is for.",
        "prepared_by": "Who prepared the briefing.",
        "date": "The day of the briefing.",
        "summary": "What a reader needs to know first.",
        "points": "Points to make.",
        "background": "The background of the declaration.",
        "questions": "Questions that may be asked, with answers.",
        "topics": "The names of the topics, by id. Paragraphs refer to topics by id.",
        "paragraphs": "What officials add to each paragraph, by the id of the paragraph.",
    },
    "question": {
        "question": "The question.",
        "answer": "The answer to give.",
    },
    "annotation": {
        "topics": "The ids of the topics that the paragraph is about.",
        "gist": "The paragraph in one sentence.",
        "commitments": "What the paragraph commits its parties to.",
        "notes": "Internal notes. They become comments in the Word briefing, and are in no other output.",
        "lines": "Internal lines to take. No output holds them.",
    },
    "commitment": {
        "id": "The stable name of the commitment.",
        "actors": "The ids of the parties that are committed.",
        "action": "What the parties will do.",
        "at": "The number of the sentence in the paragraph, from 1.",
        "hash": "The fingerprint of the sentence. engross check reports when the sentence has changed.",
        "due": "The day by which the commitment is due. engross check reports when this day has passed.",
        "status": "How far the commitment has come. Without this key, open.",
        "owner": "Who looks after the commitment.",
    },
    "remark": {
        "author": "Who wrote the note.",
        "date": "The day of the note.",
        "text": "The words of the note.",
    },
}
"""By the name of the part, and the key."""
