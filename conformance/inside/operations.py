"""Compares both sides after each of many user actions, which Indico's own code performs."""

import sys
import time
from datetime import timedelta
from inspect import unwrap
from io import BytesIO
from itertools import count
from zoneinfo import ZoneInfo

from indico.web.flask.app import make_app

from outcome import tell
from replay import Replay

ZONES = ('Europe/Zurich', 'America/St_Johns')
OFFSETS = (timedelta(), timedelta(days=-2), timedelta(days=2))


def operations():
    """Performs the actions one after the other, and yields the name of each."""
    from indico.core import signals
    from indico.core.db import db
    from indico.core.db.sqlalchemy.descriptions import RenderMode
    from indico.core.db.sqlalchemy.protection import ProtectionMode
    from indico.modules.attachments.models.attachments import Attachment, AttachmentFile, AttachmentType
    from indico.modules.attachments.models.folders import AttachmentFolder
    from indico.modules.auth.models.identities import Identity
    from indico.modules.categories.models.categories import Category
    from indico.modules.categories.operations import create_category, delete_category, move_category
    from indico.modules.events.contributions.operations import (
        create_contribution,
        create_subcontribution,
        delete_contribution,
        delete_subcontribution,
    )
    from indico.modules.events.features.util import set_feature_enabled
    from indico.modules.events.models.events import EventType
    from indico.modules.events.notes.models.notes import EventNote
    from indico.modules.events.operations import create_event, update_event
    from indico.modules.events.registration.models.forms import RegistrationForm
    from indico.modules.events.registration.tasks import delete_registrations
    from indico.modules.events.registration.util import create_personal_data_fields, create_registration
    from indico.modules.events.sessions.operations import create_session, delete_session
    from indico.modules.events.util import track_time_changes
    from indico.modules.rb.controllers.backend.bookings import RHDeleteBooking
    from indico.modules.rb.models.locations import Location
    from indico.modules.rb.models.reservations import RepeatFrequency, Reservation
    from indico.modules.rb.models.rooms import Room
    from indico.modules.users.operations import create_user
    from indico.modules.users.util import merge_users
    from indico.util.date_time import now_utc
    from indico_livesync.models.agents import LiveSyncAgent
    from indico_livesync.models.queue import LiveSyncQueueEntry

    try:
        from indico.modules.users.operations import grant_admin
    except ImportError:
        # An older Indico only sets the attribute, without an entry in a log.
        def grant_admin(to):
            to.is_admin = True

    try:
        from indico.modules.users.util import anonymize_user
    except ImportError:
        # Indico 3.2 can neither make a user anonymous nor delete one for good.
        anonymize_user = None

    now = now_utc()
    numbers = count(1)

    def identity(user, age):
        number = next(numbers)
        columns = {'provider': 'indico', 'identifier': f'user{number}', 'password': 'not a real one'}
        user.identities.add(Identity(last_login_dt=age and now - age, **columns))

    def user(name):
        return create_user(
            f'{name.lower()}@example.org', {'first_name': name, 'last_name': 'Example'}, from_moderation=False
        )

    def category(parent, title):
        # Indico 3.2 reads the parent in between, which must not write the category before it has a title.
        with db.session.no_autoflush:
            return create_category(parent, {'title': title})

    def event(within, event_type, start, end):
        data = {'title': 'An event', 'timezone': 'Europe/Zurich', 'creator': ada}
        return create_event(within, event_type, data | {'start_dt': now + start, 'end_dt': now + end})

    def note(linked, text):
        written = EventNote.get_or_create(linked)
        written.create_revision(RenderMode.html, text, ada)
        return written

    def folder(linked):
        number = next(numbers)
        return AttachmentFolder.get_or_create(linked, f'Folder {number}')

    def upload(attachment, size):
        attachment.file = AttachmentFile(user=ada, filename='slides.txt', content_type='text/plain')
        attachment.file.save(BytesIO(b'x' * size))

    def material(linked, size=None):
        kind = AttachmentType.link if size is None else AttachmentType.file
        attachment = Attachment(folder=folder(linked), user=ada, title='Material', type=kind)
        if size is None:
            attachment.link_url = 'https://example.org'
        else:
            upload(attachment, size)
        db.session.add(attachment)
        return attachment

    def room(**settings):
        number = str(next(numbers))
        made = Room(location=location, owner=ada, building='1', floor='1', number=number, **settings)
        db.session.add(made)
        return made

    def booking(booked, start, end, frequency=RepeatFrequency.NEVER, interval=0, **settings):
        data = {
            'start_dt': start,
            'end_dt': end,
            'repeat_frequency': frequency,
            'repeat_interval': interval,
            'booking_reason': 'A talk',
        }
        return Reservation.create_from_data(booked, data, ada, ignore_admin=True, **settings)

    db.session.add(LiveSyncAgent(backend_name='debug', name='Search', initial_data_exported=True))
    yield 'an agent of livesync'

    ada, bob, cy = user('Ada'), user('Bob'), user('Cy')
    yield 'three users'
    identity(ada, timedelta(hours=1))
    yield 'Ada logs in'
    identity(ada, timedelta(hours=47))
    identity(bob, timedelta(hours=49))
    identity(cy, None)
    yield 'identities: a second of Ada, an old one of Bob, one never used of Cy'
    grant_admin(ada)
    yield 'Ada is an administrator'
    pending = user('Dee')
    pending.is_pending = True
    yield 'a pending user'

    root = Category.get_root()
    science = category(root, 'Science')
    physics = category(science, 'Physics')
    arts = category(root, 'Arts')
    yield 'categories'

    hour = timedelta(hours=1)
    day = timedelta(days=1)
    lecture = event(physics, EventType.lecture, -hour, hour)
    yield 'a lecture that goes on'
    meeting = event(physics, EventType.meeting, hour, 3 * hour)
    yield 'a meeting to come'
    conference = event(arts, EventType.conference, -2 * day, 2 * day)
    yield 'a conference that goes on'
    past = event(science, EventType.meeting, -3 * day, -2 * day)
    yield 'a meeting that is over'
    unlisted = event(None, EventType.meeting, -hour, hour)
    yield 'an unlisted meeting'

    part = create_session(conference, {'title': 'Morning'})
    yield 'a session'
    talk = create_contribution(conference, {'title': 'A talk', 'duration': timedelta(minutes=20), 'session': part})
    solo = create_contribution(meeting, {'title': 'Alone', 'duration': timedelta(minutes=20)})
    yield 'contributions, one in the session'
    detail = create_subcontribution(talk, {'title': 'A detail', 'duration': timedelta(minutes=5)})
    yield 'a subcontribution'

    for place, linked in (
        ('an event', conference),
        ('a session', part),
        ('a contribution', talk),
        ('a subcontribution', detail),
    ):
        note(linked, '<p>Minutes</p>')
        yield f'a note of {place}'
        material(linked, 1000 + next(numbers))
        material(linked)
        yield f'a file and a link of {place}'
    material(arts, 5000)
    material(arts)
    yield 'a file and a link of a category'
    note(lecture, '<p>One</p>')
    yield 'a note of the lecture'
    note(lecture, '<p>Two</p>')
    yield 'a second revision of that note'
    slides = material(lecture, 300)
    yield 'slides of the lecture'
    upload(slides, 700)
    yield 'a second version of the slides'
    upload(slides, 20)
    yield 'a third version of the slides, smaller'
    paper, poster = material(solo, 11), material(solo, 13)
    yield 'two files of another contribution'
    secret = material(unlisted, 17)
    secret.protection_mode = ProtectionMode.protected
    yield 'a protected file of the unlisted meeting'

    slides.is_deleted = True
    yield 'the slides are deleted'
    slides.is_deleted = False
    yield 'the slides are restored'
    paper.folder.is_deleted = True
    yield 'a folder is deleted, not what is in it'
    lecture.note.delete(ada)
    yield 'a note is deleted'
    note(lecture, '<p>Three</p>')
    yield 'the note is written again'
    delete_subcontribution(detail)
    yield 'the subcontribution is deleted'
    detail.is_deleted = False
    yield 'the subcontribution is restored'
    delete_session(part)
    yield 'the session is deleted'
    delete_contribution(talk)
    yield 'the contribution is deleted'
    talk.is_deleted = False
    yield 'the contribution is restored'
    conference.delete('A test', ada)
    yield 'the conference is deleted'
    conference.restore('A test', ada)
    yield 'the conference is restored'
    for feature in 'abstracts', 'papers':
        set_feature_enabled(conference, feature, True)
    conference.cfa.open()
    conference.cfp.schedule(now + hour, now + day)
    yield 'a call for abstracts opens, and a call for papers is to come'
    conference.cfa.close()
    conference.cfp.open()
    yield 'the call for abstracts closes, and the call for papers opens'
    set_feature_enabled(conference, 'papers', False)
    yield 'the call for papers is turned off'
    lecture.move(arts)
    yield 'the lecture is moved to another category'
    unlisted.move(science)
    yield 'the unlisted meeting is listed'
    with track_time_changes():
        update_event(meeting, start_dt=now - hour)
    yield 'the meeting begins earlier'
    form = RegistrationForm(event=past, title='Registration', currency='CHF')
    create_personal_data_fields(form)
    db.session.add(form)
    db.session.flush()
    create_registration(form, {'email': 'fay@example.org', 'first_name': 'Fay', 'last_name': 'Example'}, notify_user=False)
    yield 'a registration for the meeting that is over'
    form.retention_period = day
    yield 'it must not be kept for longer than a day'
    # Only the function itself: the task around it takes a lock.
    unwrap(delete_registrations.run)()
    yield 'the registration is deleted for good'
    past.delete('A test', ada)
    yield 'the meeting that is over is deleted'

    move_category(physics, arts)
    yield 'a category is moved below another'
    move_category(arts, science)
    yield 'its parent is moved too'
    drama = category(arts, 'Drama')
    event(drama, EventType.lecture, -hour, day)
    yield 'a category below, with a lecture'
    LiveSyncQueueEntry.query.order_by(LiveSyncQueueEntry.id).first().processed = True
    yield 'livesync has sent an entry'
    LiveSyncQueueEntry.query.filter_by(category=physics).first().processed = True
    yield 'livesync has sent a category'
    db.session.add(LiveSyncAgent(backend_name='debug', name='Mirror', initial_data_exported=True))
    yield 'a second agent of livesync'
    move_category(drama, physics)
    yield 'a category is moved, for two agents'
    for kept in list(drama.events):
        kept.delete('A test', ada)
    delete_category(drama)
    yield 'a category is deleted'

    location = Location(name='Campus')
    db.session.add(location)
    open_room = room(protection_mode=ProtectionMode.public)
    yield 'a room'
    moderated = room(protection_mode=ProtectionMode.public, reservations_need_confirmation=True)
    yield 'a room whose bookings need confirmation'
    closed = room(protection_mode=ProtectionMode.protected)
    yield 'a protected room'
    room(protection_mode=ProtectionMode.public, is_reservable=False)
    yield 'a room that nobody can book'

    midnight = now.astimezone(ZoneInfo(ZONES[0])).replace(tzinfo=None, hour=0, minute=0, second=0, microsecond=0)
    noon = midnight + day + 12 * hour
    almost_a_day = day - timedelta(minutes=1)
    whole_day = booking(open_room, midnight, midnight + almost_a_day)
    yield 'a booking that goes on'
    asked = booking(moderated, noon, noon + hour, prebook=True)
    yield 'a booking that is asked for'
    refused = booking(moderated, noon + hour, noon + 2 * hour, prebook=True)
    booking(moderated, noon - 30 * day, noon - 30 * day + hour, prebook=True)
    yield 'one more, and one whose time is over'
    daily = booking(open_room, noon, noon + 5 * day + hour, RepeatFrequency.DAY, 1)
    yield 'a booking every day'
    weekly = booking(closed, midnight - 14 * day, midnight + 21 * day + almost_a_day, RepeatFrequency.WEEK, 1)
    yield 'a booking every week, one of which goes on'
    monthly = booking(closed, noon + 3 * hour, noon + 100 * day + 4 * hour, RepeatFrequency.MONTH, 1)
    yield 'a booking every month'
    asked.accept(ada)
    yield 'a booking is accepted'
    refused.reject(ada, 'No')
    yield 'a booking is rejected'
    daily.occurrences[1].cancel(ada, 'Holiday')
    yield 'a day is cancelled'
    daily.occurrences[2].reject(ada, 'Holiday')
    yield 'a day is rejected'
    monthly.cancel(ada, 'No more')
    yield 'a booking is cancelled'
    asked.reset_approval(ada)
    yield 'a booking has to be accepted again'
    asked.cancel(ada)
    yield 'a booking that is asked for is cancelled'
    whole_day.reject(ada, 'Flooded')
    yield 'a booking that goes on is rejected'
    weekly.cancel(ada)
    yield 'a booking under way is cancelled from now on'
    deletion = RHDeleteBooking()
    deletion.booking = refused
    deletion._process()
    yield 'an administrator deletes the rejected booking for good'
    booking(open_room, midnight, midnight + almost_a_day)
    yield 'another booking that goes on'
    open_room.is_deleted = True
    yield 'its room is deleted'
    open_room.is_deleted = False
    open_room.is_reservable = False
    yield 'the room is restored, and closed'

    poster.is_deleted = True
    meeting.delete('A test', ada)
    yield 'the meeting is deleted with its materials'
    merge_users(bob, ada)
    yield 'Bob turns out to be Ada'
    merge_users(ada, cy)
    yield 'and Ada to be Cy'
    cy.is_deleted = True
    yield 'Cy is deleted'
    cy.is_deleted = False
    pending.is_blocked = True
    yield 'Cy is restored, and another is blocked'
    eve = user('Eve')
    lecture.delete('A test', eve)
    yield 'a new user deletes the lecture'
    lecture.restore('A test', eve)
    yield 'and restores it'
    if anonymize_user:
        # Indico can delete this user because only logs refer to it.
        signals.users.db_deleted.send(eve, flushed=False)
        db.session.delete(eve)
        db.session.flush()
        signals.users.db_deleted.send(eve, flushed=True)
        yield 'this user is deleted for good'

    for below in (physics, arts, science):
        for held in list(below.events):
            if not held.is_deleted:
                held.delete('A test', cy)
        delete_category(below)
    yield 'a category is deleted, with all that is below it'
    if anonymize_user:
        anonymize_user(cy)
        yield 'Cy is made anonymous'


def main(*ours_command):
    with make_app().test_request_context():
        from gauges import Comparison

        sys.exit(not run(Comparison(ours_command, has_whole_bookings=True)))


def run(comparison):
    """Compares both sides after each step, now and two days before and after, in two zones."""
    from flask import g
    from indico.core import signals
    from indico.core.db import db
    from indico.util.date_time import now_utc

    started, before, changed, steps, replay = time.monotonic(), {}, set(), 0, Replay(comparison.ours)
    for steps, step in enumerate(operations(), 1):
        # As at the end of a request: livesync makes its entries then.
        signals.core.after_process.send()
        db.session.commit()
        for of_a_request in ('livesync_changes', 'livesync_agents', 'memoize_cache'):
            g.pop(of_a_request, None)
        now = now_utc()
        for offset in OFFSETS:
            for zone in ZONES:
                for gauge, (plugin, ours) in comparison.counted_differences(now + offset, zone).items():
                    print(f'DIFFERS at {now + offset} in {zone}: {gauge}: plugin {plugin}, ours {ours}')
        replay.record(now)
        values = comparison.plugin.values(now, ZONES[0])
        changes = {name: value - before[name] for name, value in values.items() if before and value != before[name]}
        told = ', '.join(f'{name.removeprefix("indico_")} {change:+.0f}' for name, change in changes.items())
        print(f'{steps:3} {step}: {told or "nothing changes"}', flush=True)
        changed |= changes.keys()
        before = values
    idle = sorted(before.keys() - changed)
    if idle:
        print(f'NEVER CHANGED: {", ".join(idle)}')
    faults = replay.faults()
    for fault in faults:
        print(fault)
    outcome = f'{steps} steps, {comparison.report()}, {replay.report()}'
    print(f'operations: {outcome}, {time.monotonic() - started:.0f} s', flush=True)
    tell(outcome)
    return comparison.differing == 0 and not idle and not faults


if __name__ == '__main__':
    main(*sys.argv[1:])
