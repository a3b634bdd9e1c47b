"""The department tree: draft and live side by side, versions on a slider, drag and drop; and all that its script asks for."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue
from flask_admin import expose

from bole import (
    Explained,
    Instant,
    company_day,
    explain_between,
    explained,
    org_point,
    org_versions,
    version_diff,
    version_instant,
)
from bole_admin.errors import status_of
from bole_admin.language import reader_language
from bole_admin.views import SecurePage
from bole_admin.zone import company_zone
from bole_reorganisation.admin.answers import (
    draft_told,
    error_told,
    impact_told,
    lines_told,
    node_told,
    preview_told,
    version_told,
)
from bole_reorganisation.admin.said import asked, choice_of, day_of, edit_of, flag_of, key_of, list_of, number_of, objects_of, said, text_of
from bole_reorganisation.charts import FOUND, Chart, chart
from bole_reorganisation.drafts import (
    activate_draft,
    archive_draft,
    blast_radius,
    draft_changes,
    draft_note,
    draft_notes,
    edit_draft,
    foresee_roll_back_version,
    preview,
    reopen_draft,
    resolve_conflicts,
    roll_back_version,
    sees_drafts,
    start_draft,
    undo_edits,
)
from bole_reorganisation.drafts.closing import close_into, demand_new
from bole_reorganisation.drawing import chart_csv, chart_svg
from bole_reorganisation.people import names_seen, people_found

VERSIONS = 200
"""As many versions stand on the slider; older ones are reached by the day."""

PLACES = ("children", "search", "versions", "drafts", "diff", "people", "start", "foresee", "rollback", "export_csv", "export_svg")
OF_DRAFT = ("edit", "close", "undo", "preview", "resolve", "radius", "activate", "archive", "reopen")


class TreePage(SecurePage):
    """The organisation as a tree that can be rearranged in drafts."""

    def refuse(self, error: Any) -> ResponseReturnValue:
        """Answer an error of a script's question as JSON, another one by a page."""
        if request.method == "POST" or request.path.endswith(".json"):
            return jsonify(error_told(error)), status_of(error)
        return super().refuse(error)

    # The page.

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """Show the tree as it is today."""
        work = self.work
        urls = {name: self.get_url(f".{name}") for name in PLACES}
        urls |= {name: self.get_url(f".{name}", draft="DRAFT") for name in OF_DRAFT}
        boot = {
            "urls": urls,
            "today": company_day(work).isoformat(),
            "language": reader_language(),
            "timeZone": company_zone().key,
            "may": {
                "see": sees_drafts(work),
                "edit": work.actor.scope("reorganisation.draft.write") is not None,
                "activate": work.actor.scope("reorganisation.draft.activate") is not None,
            },
            "versions": [version_told(note) for note in org_versions(work, limit=VERSIONS)],
            "drafts": [draft_told(note) for note in draft_notes(work)],
        }
        return self.render("bole_reorganisation/tree.html", boot=boot)

    # What the script asks for.

    @expose("/children.json")
    def children(self) -> ResponseReturnValue:
        """Return the departments right below some, or those at the top, by the code that they are below."""
        found = self._chart()
        below = {code: found.children(code or None) for code in request.args.getlist("node") or [""]}
        heads = names_seen(self.work, {node.head for nodes in below.values() for node in nodes})
        told = {code: [node_told(node, heads, reader_language()) for node in nodes] for code, nodes in below.items()}
        return jsonify({"below": told})

    @expose("/search.json")
    def search(self) -> ResponseReturnValue:
        """Return the departments whose code or name holds a text, with the way to each."""
        found, language = self._chart(), reader_language()
        codes = found.search(asked("q"))
        return jsonify({"found": [{"code": code, "name": found.node(code).name.of(language), "path": found.path(code)} for code in codes]})

    @expose("/versions.json")
    def versions(self) -> ResponseReturnValue:
        """Return the versions, the last recorded first."""
        return jsonify({"versions": [version_told(note) for note in org_versions(self.work, limit=VERSIONS)]})

    @expose("/drafts.json")
    def drafts(self) -> ResponseReturnValue:
        """Return the open drafts; with ``all`` the others, too."""
        return jsonify({"drafts": [draft_told(note) for note in draft_notes(self.work, status=None if request.args.get("all") else "open")]})

    @expose("/diff.json")
    def diff(self) -> ResponseReturnValue:
        """Return in words what a draft or a version changes, or what differs between two points."""
        return jsonify(lines_told(self._lines(), reader_language()))

    @expose("/people.json")
    def people(self) -> ResponseReturnValue:
        """Return employees whose number or name holds a text, to choose a head from."""
        found = people_found(self.work, asked("q"), FOUND)
        return jsonify({"found": [{"number": number, "name": name.of(reader_language())} for number, name in found.items()]})

    @expose("/preview/<draft>.json")
    def preview(self, draft: str) -> ResponseReturnValue:
        """Return a draft as it would come into force."""
        return jsonify(preview_told(preview(self.work, draft, on=day_of(asked("on"))), reader_language()))

    @expose("/radius/<draft>.json")
    def radius(self, draft: str) -> ResponseReturnValue:
        """Return what a draft touches."""
        found = blast_radius(self.work, draft, on=day_of(asked("on")))
        return jsonify({"impacts": [impact_told(each, reader_language()) for each in found]})

    @expose("/foresee.json")
    def foresee(self) -> ResponseReturnValue:
        """Return in words what rolling a version back would change."""
        day = day_of(asked("on"))
        diff = foresee_roll_back_version(self.work, asked("code"), restore=asked("how") == "restore", on=day)
        return jsonify(lines_told(explained(self.work, diff, Instant(day or company_day(self.work))), reader_language()))

    @expose("/export.csv")
    def export_csv(self) -> ResponseReturnValue:
        """Send the tree as a CSV file."""
        return _file(chart_csv(self._chart()), "text/csv", "organisation.csv")

    @expose("/export.svg")
    def export_svg(self) -> ResponseReturnValue:
        """Send the tree as a picture."""
        return _file(chart_svg(self._chart(), reader_language()), "image/svg+xml", "organisation.svg")

    # What the script has done.

    @expose("/start", methods=("POST",))
    def start(self) -> ResponseReturnValue:
        """Start a draft."""
        given = said()
        options = {name: text_of(given, name) for name in ("title", "reason")}
        note = start_draft(self.work, text_of(given, "code"), base=text_of(given, "base") or None, on=day_of(given.get("on")), **options)
        return jsonify({"draft": draft_told(note)})

    @expose("/edit/<draft>", methods=("POST",))
    def edit(self, draft: str) -> ResponseReturnValue:
        """Edit records of a draft."""
        given = said()
        sent = objects_of(given, "edits")
        edits = [edit_of(each) for each in sent]
        demand_new(self.work, draft, [edit.code for edit, each in zip(edits, sent, strict=True) if flag_of(each, "begins")])
        return jsonify({"draft": draft_told(edit_draft(self.work, draft, edits, seen=number_of(given, "seen")))})

    @expose("/close/<draft>", methods=("POST",))
    def close(self, draft: str) -> ResponseReturnValue:
        """Close a department of a draft, and put what is in it into another one."""
        given = said()
        note = close_into(self.work, draft, text_of(given, "code"), text_of(given, "into"), seen=number_of(given, "seen"))
        return jsonify({"draft": draft_told(note)})

    @expose("/undo/<draft>", methods=("POST",))
    def undo(self, draft: str) -> ResponseReturnValue:
        """Take back what a draft says of some records."""
        given = said()
        keys = [key_of(each) for each in list_of(given, "keys")]
        return jsonify({"draft": draft_told(undo_edits(self.work, draft, keys, seen=number_of(given, "seen")))})

    @expose("/resolve/<draft>", methods=("POST",))
    def resolve(self, draft: str) -> ResponseReturnValue:
        """Decide conflicts of a draft with what is live."""
        given = said()
        choices = [choice_of(each) for each in objects_of(given, "choices")]
        note = resolve_conflicts(self.work, draft, choices, seen=number_of(given, "seen"), on=day_of(given.get("on")))
        return jsonify({"draft": draft_told(note)})

    @expose("/activate/<draft>", methods=("POST",))
    def activate(self, draft: str) -> ResponseReturnValue:
        """Put a draft in force."""
        given = said()
        done = activate_draft(self.work, draft, on=day_of(given.get("on")), seen=number_of(given, "seen"), live=text_of(given, "live") or None)
        return self._done(done.version_code)

    @expose("/archive/<draft>", methods=("POST",))
    def archive(self, draft: str) -> ResponseReturnValue:
        """Put a draft away."""
        archive_draft(self.work, draft)
        return jsonify({"draft": draft_told(draft_note(self.work, draft))})

    @expose("/reopen/<draft>", methods=("POST",))
    def reopen(self, draft: str) -> ResponseReturnValue:
        """Take a draft up again."""
        reopen_draft(self.work, draft)
        return jsonify({"draft": draft_told(draft_note(self.work, draft))})

    @expose("/rollback", methods=("POST",))
    def rollback(self) -> ResponseReturnValue:
        """Take a version back, or bring back its structure."""
        given = said()
        code, reason = text_of(given, "code"), text_of(given, "reason")
        done = roll_back_version(self.work, code, restore=flag_of(given, "restore"), on=day_of(given.get("on")), reason=reason)
        return self._done(done.code)

    def _done(self, code: str) -> ResponseReturnValue:
        at = version_instant(self.work, code)
        lines = explained(self.work, version_diff(self.work, code), at)
        return jsonify({"version": code, **lines_told(lines, reader_language())})

    def _chart(self) -> Chart:
        given = {name: asked(name) for name in ("version", "draft", "against")}
        return chart(self.work, on=day_of(asked("on")), **given)

    def _lines(self) -> tuple[Explained, ...]:
        work = self.work
        if draft := asked("draft"):
            return explained(work, draft_changes(work, draft), org_point(work, draft_note(work, draft).base_day.isoformat()))
        if version := asked("version"):
            return explained(work, version_diff(work, version), version_instant(work, version))
        return explain_between(work, org_point(work, asked("from")), org_point(work, asked("to")))


def _file(body: str, kind: str, name: str) -> Response:
    return Response(body, mimetype=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
