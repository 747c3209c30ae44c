"""What Indico's own code says of the states of its objects, of retention periods and of rooms, counted as ours are."""

from collections import Counter
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from inspect import unwrap
from unittest.mock import patch
from zoneinfo import ZoneInfo

from indico.core.db import db
from indico.core.oauth.models.personal_tokens import PersonalToken
from indico.core.oauth.models.tokens import OAuthToken
from indico.modules.events import Event
from indico.modules.events.abstracts.models import call_for_abstracts
from indico.modules.events.abstracts.models.abstracts import Abstract
from indico.modules.events.contributions.models.contributions import Contribution
from indico.modules.events.editing.models.editable import Editable
from indico.modules.events.papers.models import call_for_papers
from indico.modules.events.registration import tasks
from indico.modules.events.registration.models import form_fields, forms
from indico.modules.events.surveys.models import surveys
from indico.modules.rb.models.rooms import Room
from indico.modules.rb.statistics import calculate_rooms_bookable_time, calculate_rooms_booked_time
from sqlalchemy import inspect

# Indico 3.2 does not mark editables as deleted, and its revisions have no types: ours begins with 3.3.
HAS_REVISION_TYPES = hasattr(Editable, 'is_deleted')
# Older releases tell a survey without submissions from one with some.
ACTIVE = {'active_and_clean': 'active', 'active_and_answered': 'active'}
STALE_AFTER = timedelta(days=90)


@contextmanager
def clock(at):
    with ExitStack() as patches:
        for module in call_for_abstracts, call_for_papers, forms, surveys, tasks:
            patches.enter_context(patch.object(module, 'now_utc', lambda: at))
        yield


def phase(event, at):
    return 'upcoming' if event.start_dt > at else 'ongoing' if event.end_dt >= at else 'past'


def form_state(form):
    if form.is_purged:
        return 'purged'
    if not form.is_scheduled:
        return 'unscheduled'
    if not form.has_started:
        return 'upcoming'
    return 'open' if form.is_open else 'closed'


def call_state(call):
    if not call.has_started:
        return 'upcoming'
    return 'open' if call.is_open else 'closed'


def token_state(token, at):
    """Only Indico knows which tokens still work. It does not tell the others apart by their last use."""
    if token.is_revoked():
        return 'revoked'
    if token.last_used_dt is None:
        return 'unused'
    return 'active' if token.last_used_dt >= at - STALE_AFTER else 'stale'


def live(model):
    return (row for row in model.query.filter_by(is_deleted=False) if not row.event.is_deleted)


def series(at):
    """The series of each object."""
    for abstract in live(Abstract):
        yield f'indico_abstracts{{event_phase="{phase(abstract.event, at)}",state="{abstract.public_state.name}"}}'
    for contribution in live(Contribution):
        if contribution.paper:
            state = contribution.paper.state.name
            yield f'indico_papers{{event_phase="{phase(contribution.event, at)}",state="{state}"}}'
        for editable in contribution.editables if HAS_REVISION_TYPES else ():
            if not editable.is_deleted:
                yield f'indico_editables{{editable_type="{editable.type.name}",state="{editable_state(editable)}"}}'
    for event in Event.query.filter_by(is_deleted=False):
        for feature, call in ('abstracts', event.cfa), ('papers', event.cfp):
            if event.has_feature(feature) and call.start_dt is not None:
                yield f'indico_calls_for_{feature}{{state="{call_state(call)}"}}'
    for survey in live(surveys.Survey):
        yield f'indico_surveys{{state="{ACTIVE.get(survey.state.name, survey.state.name)}"}}'
    for form in live(forms.RegistrationForm):
        yield f'indico_registration_forms{{state="{form_state(form)}"}}'
    for name, model in ('personal', PersonalToken), ('oauth', OAuthToken):
        for token in model.query:
            yield f'indico_{name}_tokens{{state="{token_state(token, at)}"}}'


def editable_state(editable):
    if editable.state is None:
        return 'unknown'
    if editable.state.name == 'accepted':
        # Indico before 3.3.6 does not tell who accepted. The type of the revision does, in every release.
        newest = [revision for revision in editable.revisions if not revision.is_undone][-1]
        return 'accepted_submitter' if newest.type.name == 'changes_acceptance' else 'accepted'
    return editable.state.name


def states(at):
    with clock(at):
        try:
            return dict(Counter(series(at)))
        finally:
            db.session.rollback()


def is_newly_purged(row):
    return row.is_purged and inspect(row).attrs.is_purged.history.has_changes()


def overdue(at):
    """What Indico's nightly tasks would purge at an instant. They may do so until the next midnight, so they are late a
    day after. Nothing is written."""

    def purged(task, model):
        rows = []

        def collect():
            rows.extend(row for row in db.session.dirty if isinstance(row, model) and is_newly_purged(row))

        try:
            with patch.object(db.session, 'commit', collect), db.session.no_autoflush:
                # Only the function itself: the task around it takes a lock, and ends the session of its objects.
                unwrap(task.run)()
        finally:
            db.session.rollback()
        return len(rows)

    name = 'indico_registration_retention_overdue'
    with clock(at - timedelta(days=1)):
        return {
            f'{name}{{scope="form"}}': purged(tasks.delete_registrations, forms.RegistrationForm),
            f'{name}{{scope="field"}}': purged(tasks.delete_field_data, form_fields.RegistrationFormField),
        }


def occupancy(at, zone):
    """Of each location in the days before today, as Indico's statistics of rooms have it."""
    today = at.astimezone(ZoneInfo(zone)).date()
    values = {}
    for days in (7, 30):
        by_location = {}
        for room in Room.query.filter_by(is_deleted=False):
            by_location.setdefault(room.location.name, []).append(room)
        for location, rooms in by_location.items():
            period = rooms, today - timedelta(days=days), today - timedelta(days=1)
            label = f'{days}d_seconds{{location="{location}"}}'
            values[f'indico_room_worktime_{label}'] = calculate_rooms_bookable_time(*period)
            values[f'indico_room_worktime_booked_{label}'] = float(calculate_rooms_booked_time(*period))
    db.session.rollback()
    return values
