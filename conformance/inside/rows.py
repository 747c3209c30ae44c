"""A random Indico: flags, links and states combine at random, and most times lie close to a boundary."""

import json
from datetime import datetime, timedelta, timezone
from random import Random
from zoneinfo import ZoneInfo

ZONES = ('Europe/Zurich', 'America/St_Johns', 'Pacific/Auckland')
ACTIVE_USER_AGE = timedelta(hours=48)
STALE_TOKEN_AGE = timedelta(days=90)

TICK = timedelta(microseconds=1)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
OFFSETS = [timedelta(), timedelta(), TICK, -TICK, SECOND, -SECOND, HOUR / 2, -HOUR / 2, HOUR, -HOUR, 3 * DAY, -3 * DAY]

# The references of each table. A table follows those that it refers to, except for an attachment's current file.
REFERENCES = {
    'users.users': {},
    'users.identities': {'user_id': 'users.users'},
    'categories.categories': {'parent_id': 'categories.categories'},
    'events.events': {'category_id': 'categories.categories'},
    'events.settings': {'event_id': 'events.events'},
    'events.sessions': {'event_id': 'events.events'},
    'events.contributions': {'event_id': 'events.events', 'session_id': 'events.sessions'},
    'events.subcontributions': {'contribution_id': 'events.contributions'},
    'events.notes': {
        'event_id': 'events.events',
        'linked_event_id': 'events.events',
        'contribution_id': 'events.contributions',
        'subcontribution_id': 'events.subcontributions',
        'session_id': 'events.sessions',
    },
    'attachments.folders': {
        'event_id': 'events.events',
        'category_id': 'categories.categories',
        'linked_event_id': 'events.events',
        'contribution_id': 'events.contributions',
        'subcontribution_id': 'events.subcontributions',
        'session_id': 'events.sessions',
    },
    'attachments.attachments': {'folder_id': 'attachments.folders', 'file_id': 'attachments.files'},
    'attachments.files': {'attachment_id': 'attachments.attachments'},
    'event_abstracts.abstracts': {'event_id': 'events.events'},
    'event_abstracts.abstract_reviews': {'abstract_id': 'event_abstracts.abstracts'},
    'event_paper_reviewing.revisions': {'contribution_id': 'events.contributions'},
    'event_editing.editables': {'contribution_id': 'events.contributions'},
    'event_editing.revisions': {'editable_id': 'event_editing.editables'},
    'event_surveys.surveys': {'event_id': 'events.events'},
    'event_surveys.items': {'survey_id': 'event_surveys.surveys'},
    'event_surveys.submissions': {'survey_id': 'event_surveys.surveys'},
    'event_registration.forms': {'event_id': 'events.events'},
    'event_registration.form_items': {
        'registration_form_id': 'event_registration.forms',
        'parent_id': 'event_registration.form_items',
    },
    'event_registration.form_field_data': {'field_id': 'event_registration.form_items'},
    'event_registration.registrations': {
        'event_id': 'events.events',
        'registration_form_id': 'event_registration.forms',
    },
    'event_registration.registration_data': {
        'registration_id': 'event_registration.registrations',
        'field_data_id': 'event_registration.form_field_data',
    },
    'users.tokens': {'user_id': 'users.users'},
    'oauth.applications': {},
    'oauth.application_user_links': {'application_id': 'oauth.applications', 'user_id': 'users.users'},
    'oauth.tokens': {'app_user_link_id': 'oauth.application_user_links'},
    'roombooking.locations': {},
    'roombooking.rooms': {'location_id': 'roombooking.locations'},
    'roombooking.reservations': {'room_id': 'roombooking.rooms'},
    'roombooking.reservation_occurrences': {'reservation_id': 'roombooking.reservations'},
    'plugin_livesync.agents': {},
    'plugin_livesync.queues': {
        'category_id': 'categories.categories',
        'event_id': 'events.events',
        'contribution_id': 'events.contributions',
        'subcontribution_id': 'events.subcontributions',
        'session_id': 'events.sessions',
        'note_id': 'events.notes',
        'attachment_id': 'attachments.attachments',
    },
}

# Rows that others need by columns that no gauge reads.
ALWAYS = {('users.users', 1), ('categories.categories', 0), ('roombooking.locations', 1), ('plugin_livesync.agents', 1)}

LINKS = {1: 'category_id', 2: 'linked_event_id', 3: 'contribution_id', 4: 'subcontribution_id', 5: 'session_id'}

# Items of a registration form.
SECTION = 1
FIELD = 2

# A question, a section and a text of a survey.
ITEMS = [
    {'type': 1, 'title': 'x', 'is_required': False, 'field_type': 'text', 'display_as_section': None},
    {'type': 2, 'title': 'x', 'is_required': None, 'field_data': '{}', 'display_as_section': True},
    {'type': 3, 'title': None, 'is_required': None, 'field_data': '{}', 'display_as_section': None},
]


def transitions(zone, year):
    """The instants at which the zone's offset changes."""
    step = timedelta(minutes=30)
    instant = datetime(year, 1, 1, tzinfo=timezone.utc)
    while instant.year == year:
        if instant.astimezone(zone).utcoffset() != (instant - step).astimezone(zone).utcoffset():
            yield instant
        instant += step


TRANSITIONS = [instant for zone in ZONES for instant in transitions(ZoneInfo(zone), 2026)]


def local(instant, zone):
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


class RandomIndico:
    """The instants of the comparison, and the rows of each table."""

    def __init__(self, seed):
        self.random = Random(seed)
        change = self.random.choice(TRANSITIONS)
        self.instants = [
            datetime(2026, 6, 15, 10, 0, tzinfo=timezone.utc),
            change - SECOND,
            change,
            change + self.random.choice([SECOND, HOUR / 3, HOUR - SECOND]),
            datetime(2026, 1, 1, tzinfo=timezone.utc) + TICK * self.random.randrange(365 * 86400 * 10**6),
        ]
        self.rows = {table: [] for table in REFERENCES}
        self.make()

    def make(self):
        self.make_users()
        self.make_categories()
        self.make_events()
        self.make_links()
        self.make_rooms()
        self.make_queue()
        self.make_reviewing()
        self.make_surveys_and_forms()
        self.make_calls()
        self.make_retention()
        self.make_tokens()

    def add(self, table, **columns):
        self.rows[table].append(columns)
        return columns

    def one_in(self, number):
        return self.random.randrange(number) == 0

    def any(self, table):
        return self.random.choice(self.rows[table])

    def ids(self, most):
        """Returns ids that are close together, span several words, have gaps, or have a jump."""
        number = self.random.randrange(most + 1)
        first, last, jump = self.random.choice([(2, number + 1, 0), (60, 59 + number, 0), (2, 5000, 0), (2, 200, 1)])
        ids = self.random.sample(range(first, last + 1), number)
        if jump and ids:
            ids[-1] = self.random.choice([2**31 - 1, 2**26])
        return sorted(ids)

    def instant(self):
        """Returns a time close to a compared instant, in UTC without a zone, as Indico stores it."""
        return (self.random.choice(self.instants) + self.random.choice(OFFSETS)).replace(tzinfo=None)

    def local_time(self):
        return local(self.random.choice(self.instants), self.random.choice(ZONES)) + self.random.choice(OFFSETS)

    def make_users(self):
        self.add('users.users', id=1, is_deleted=False)
        for id_ in self.ids(10):
            blocked, pending = self.one_in(4), self.one_in(4)
            self.add('users.users', id=id_, is_deleted=self.one_in(4), is_blocked=blocked, is_pending=pending)
        for id_ in self.ids(25):
            login = None if self.one_in(5) else self.instant() - ACTIVE_USER_AGE
            user = self.any('users.users')['id']
            self.add('users.identities', id=id_, user_id=user, identifier=str(id_), last_login_dt=login)

    def make_categories(self):
        categories = self.rows['categories.categories']
        self.add('categories.categories', id=0, parent_id=None, is_deleted=False, protection_mode=0)
        for id_ in self.ids(20):
            # Half of them are below the previous one, so that the tree is deep.
            parent = categories[-1] if self.one_in(2) else self.random.choice(categories)
            self.add('categories.categories', id=id_, parent_id=parent['id'], is_deleted=self.one_in(6))

    def make_events(self):
        for id_ in self.ids(30):
            start, end = sorted([self.instant(), self.instant()])
            category = None if self.one_in(8) else self.any('categories.categories')['id']
            deleted = self.one_in(4)
            self.add('events.events', id=id_, category_id=category, is_deleted=deleted, start_dt=start, end_dt=end)
        if not self.rows['events.events']:
            return
        for id_ in self.ids(10):
            event = self.any('events.events')['id']
            self.add('events.sessions', id=id_, event_id=event, friendly_id=id_, is_deleted=self.one_in(5))
        for id_ in self.ids(15):
            event = self.any('events.events')['id']
            sessions = [None, *(row['id'] for row in self.rows['events.sessions'] if row['event_id'] == event)]
            links = {'event_id': event, 'session_id': self.random.choice(sessions)}
            self.add('events.contributions', id=id_, friendly_id=id_, is_deleted=self.one_in(5), **links)
        if self.rows['events.contributions']:
            for id_ in self.ids(10):
                contribution = self.any('events.contributions')['id']
                links = {'contribution_id': contribution, 'friendly_id': id_}
                self.add('events.subcontributions', id=id_, is_deleted=self.one_in(5), **links)

    def links(self):
        """Returns every object that a note can belong to, and every object that a folder can belong to."""
        contributions = {row['id']: row['event_id'] for row in self.rows['events.contributions']}
        events = [(2, row['id'], row['id']) for row in self.rows['events.events']]
        events += [(3, id_, event) for id_, event in contributions.items()]
        for row in self.rows['events.subcontributions']:
            events.append((4, row['id'], contributions[row['contribution_id']]))
        events += [(5, row['id'], row['event_id']) for row in self.rows['events.sessions']]
        categories = [(1, row['id'], None) for row in self.rows['categories.categories']]
        in_events = [{'link_type': type_, LINKS[type_]: id_, 'event_id': event} for type_, id_, event in events]
        return in_events, in_events + [{'link_type': type_, LINKS[type_]: id_} for type_, id_, _ in categories]

    def make_links(self):
        in_events, anywhere = self.links()
        # Indico's table allows at most one note for each object.
        for id_, link in zip(self.ids(len(in_events)), self.random.sample(in_events, len(in_events))):
            self.add('events.notes', id=id_, is_deleted=self.one_in(5), **link)
        for id_ in self.ids(20):
            link = self.random.choice(anywhere)
            self.add('attachments.folders', id=id_, title='Folder', is_deleted=self.one_in(5), **link)
        if not self.rows['attachments.folders']:
            return
        attachments = self.ids(30)
        if attachments:
            for id_ in self.ids(40):
                size = self.random.choice([0, 1, self.random.randrange(1000), self.random.randrange(2**40)])
                self.add('attachments.files', id=id_, attachment_id=self.random.choice(attachments), size=size)
        for id_ in attachments:
            folder = self.any('attachments.folders')['id']
            columns = {'id': id_, 'folder_id': folder, 'is_deleted': self.one_in(4)}
            self.add('attachments.attachments', **columns, **self.current_file(id_))

    def current_file(self, attachment):
        """Returns mostly the attachment's own file, sometimes any file, or none."""
        rows = self.rows['attachments.files']
        files = [row['id'] for row in rows if row['attachment_id'] == attachment or self.one_in(20)]
        if self.one_in(4):
            return {'type': 2, 'link_url': 'https://example.org', 'file_id': None}
        return {'type': 1, 'file_id': self.random.choice(files) if files and not self.one_in(10) else None}

    def make_rooms(self):
        self.add('roombooking.locations', id=1)
        for id_ in self.ids(6):
            columns = {name: self.one_in(2) for name in ('is_reservable', 'reservations_need_confirmation')}
            protection = self.random.choice([0, 2])
            self.add('roombooking.rooms', id=id_, is_deleted=self.one_in(3), protection_mode=protection, **columns)
        if not self.rows['roombooking.rooms']:
            return
        for id_ in self.ids(40):
            times = {'start_dt': self.local_time(), 'end_dt': self.local_time()}
            room, state = self.any('roombooking.rooms')['id'], self.random.choice([1, 1, 2, 2, 3, 4])
            self.add('roombooking.reservations', id=id_, room_id=room, state=state, **times)
        keys = set()
        for _ in range(self.random.randrange(150) if self.rows['roombooking.reservations'] else 0):
            columns = {'reservation_id': self.any('roombooking.reservations')['id'], 'start_dt': self.local_time()}
            if tuple(columns.values()) not in keys:
                keys.add(tuple(columns.values()))
                state = self.random.choice([2, 2, 2, 3, 4])
                self.add('roombooking.reservation_occurrences', **columns, end_dt=self.local_time(), state=state)

    def maybe_instant(self):
        return None if self.one_in(4) else self.instant()

    def children(self, table, parent, column, most):
        """New rows of a table, each with a parent. None if there is no parent."""
        if self.rows[parent]:
            for id_ in self.ids(most):
                yield self.add(table, **{'id': id_, column: self.any(parent)['id']})

    def make_reviewing(self):
        for abstract in self.children('event_abstracts.abstracts', 'events.events', 'event_id', 20):
            state = self.random.choice([1, 1, 1, 2, 3, 4, 5, 6, 7])
            # Indico's tables ask for a judge and a time exactly in these states, and for an inviting user in one.
            judged = {'judge_id': 1, 'judgment_dt': self.instant()} if state in (3, 4, 5, 6) else {}
            submitted = {'submitted_dt': self.instant(), 'submitter_id': 1}
            abstract |= {'friendly_id': abstract['id'], 'state': state, 'is_deleted': self.one_in(5)} | judged | submitted
            abstract['uuid'] = uuid(abstract['id'])
            if state == 3:
                abstract['accepted_track_id'] = None
            if state in (5, 6):
                abstract['merged_into_id' if state == 5 else 'duplicate_of_id'] = abstract['id']
        reviews = self.children('event_abstracts.abstract_reviews', 'event_abstracts.abstracts', 'abstract_id', 15)
        for number, review in enumerate(reviews):
            review |= {'track_id': number, 'user_id': number, 'proposed_action': 2}
        # The newest revision is the paper. No two are submitted at the same time.
        revisions = self.children('event_paper_reviewing.revisions', 'events.contributions', 'contribution_id', 20)
        accepted = set()
        for number, revision in enumerate(revisions):
            # A contribution has one accepted revision, at most.
            state = self.random.choice([1, 3, 4] if revision['contribution_id'] in accepted else [1, 2, 3, 4])
            accepted.update([revision['contribution_id']] if state == 2 else [])
            judged = {'judge_id': 1, 'judgment_dt': self.instant()} if state > 1 else {}
            revision |= {'state': state, 'submitted_dt': self.instant() + 10 * number * TICK, 'submitter_id': 1} | judged
        there = set()
        for editable in self.children('event_editing.editables', 'events.contributions', 'contribution_id', 15):
            editable |= {'type': self.random.randint(1, 3), 'is_deleted': self.one_in(5)}
            key = editable['contribution_id'], editable['type']
            if key in there:
                self.rows['event_editing.editables'].remove(editable)
            there.add(key)
        revisions = self.children('event_editing.revisions', 'event_editing.editables', 'editable_id', 30)
        for number, revision in enumerate(revisions):
            type_ = self.random.randint(1, 10)
            # The first revision cannot be undone.
            revision |= {'type': type_, 'is_undone': type_ > 1 and self.one_in(4), 'user_id': 1}
            revision['created_dt'] = self.instant() + 10 * number * TICK

    def make_surveys_and_forms(self):
        for survey in self.children('event_surveys.surveys', 'events.events', 'event_id', 15):
            limit = self.random.choice([None, None, 1, 2])
            survey |= {'start_dt': self.maybe_instant(), 'end_dt': self.maybe_instant(), 'submission_limit': limit}
            survey |= {'require_user': True, 'is_deleted': self.one_in(5), 'uuid': uuid(survey['id'])}
        for item in self.children('event_surveys.items', 'event_surveys.surveys', 'survey_id', 20):
            item |= self.random.choice(ITEMS) | {'position': item['id']}
            item['parent_id'] = None if item['type'] == 2 else item['id']
        for submission in self.children('event_surveys.submissions', 'event_surveys.surveys', 'survey_id', 15):
            submitted = self.one_in(2)
            submission |= {'friendly_id': submission['id'], 'is_submitted': submitted, 'user_id': 1}
            submission['submitted_dt'] = self.instant() if submitted else None
        for form in self.children('event_registration.forms', 'events.events', 'event_id', 20):
            form |= {'start_dt': self.maybe_instant(), 'end_dt': self.maybe_instant()}
            form |= {'is_purged': self.one_in(6), 'is_deleted': self.one_in(5), 'uuid': uuid(form['id'])}

    def make_calls(self):
        """Settings that Indico's code writes. A setting may also be absent or null."""
        for event in self.rows['events.events']:
            features = [name for name in ('abstracts', 'papers', 'surveys') if self.one_in(2)]
            settings = {('features', 'enabled'): features}
            for module in 'abstracts', 'paper_reviewing':
                for name in 'start_dt', 'end_dt':
                    time = self.maybe_instant()
                    settings[module, name] = time and time.replace(tzinfo=timezone.utc).isoformat()
            for (module, name), value in settings.items():
                if not self.one_in(5):
                    id_ = len(self.rows['events.settings']) + 1
                    columns = {'event_id': event['id'], 'module': module, 'name': name, 'value': json.dumps(value)}
                    self.add('events.settings', id=id_, **columns)

    def retention(self):
        """Events end within days of a compared instant, so periods are a few days as well."""
        return self.random.choice([None, *(timedelta(days=days) for days in range(5))])

    def make_retention(self):
        """Sections and fields of forms, and what registrants filled in."""
        for form in self.rows['event_registration.forms']:
            form['retention_period'] = self.retention()
        for item in self.children('event_registration.form_items', 'event_registration.forms', 'registration_form_id', 30):
            sections = [row['id'] for row in self.rows['event_registration.form_items'] if row.get('type') == SECTION]
            if sections and not self.one_in(3):
                field = {'type': FIELD, 'input_type': 'text', 'parent_id': self.random.choice(sections)}
                item |= field | {'retention_period': self.retention()}
            else:
                item |= {'type': SECTION, 'parent_id': None}
            item |= {'is_purged': self.one_in(4), 'is_deleted': self.one_in(4), 'is_enabled': True, 'internal_name': None}
        fields = [row['id'] for row in self.rows['event_registration.form_items'] if row['type'] == FIELD]
        for id_ in self.ids(20) if fields else ():
            versions = {'field_id': self.random.choice(fields), 'versioned_data': '{}'}
            self.add('event_registration.form_field_data', id=id_, **versions)
        for id_ in self.ids(10) if self.rows['event_registration.forms'] else ():
            form = self.any('event_registration.forms')
            links = {'registration_form_id': form['id'], 'event_id': form['event_id'], 'state': 1}
            names = {'email': f'{id_}@example.org', 'friendly_id': id_, 'uuid': uuid(id_), 'ticket_uuid': uuid(id_)}
            self.add('event_registration.registrations', id=id_, is_deleted=self.one_in(4), **links, **names)
        for version in self.rows['event_registration.form_field_data']:
            if self.rows['event_registration.registrations'] and not self.one_in(4):
                of = {'registration_id': self.any('event_registration.registrations')['id'], 'data': 'null'}
                self.add('event_registration.registration_data', field_data_id=version['id'], **of)

    def last_use(self):
        return None if self.one_in(4) else self.instant() - STALE_TOKEN_AGE

    def make_tokens(self):
        for token in self.children('users.tokens', 'users.users', 'user_id', 15):
            token |= {'access_token_hash': str(token['id']), 'name': str(token['id']), 'last_used_dt': self.last_use()}
            token['revoked_dt'] = self.instant() if self.one_in(3) else None
        for id_ in self.ids(4):
            names = {'name': str(id_), 'client_id': uuid(id_), 'client_secret': uuid(id_), 'system_app_type': 0}
            self.add('oauth.applications', id=id_, is_enabled=not self.one_in(3), **names)
        pairs = [
            {'application_id': application['id'], 'user_id': user['id']}
            for application in self.rows['oauth.applications']
            for user in self.rows['users.users']
        ]
        for id_, pair in zip(self.ids(10), self.random.sample(pairs, len(pairs))):
            self.add('oauth.application_user_links', id=id_, **pair)
        for token in self.children('oauth.tokens', 'oauth.application_user_links', 'app_user_link_id', 20):
            token |= {'access_token_hash': str(token['id']), 'last_used_dt': self.last_use()}

    def make_queue(self):
        self.add('plugin_livesync.agents', id=1)
        kinds = {
            2: ('event_id', 'events.events'),
            3: ('contribution_id', 'events.contributions'),
            4: ('subcontribution_id', 'events.subcontributions'),
            5: ('session_id', 'events.sessions'),
            6: ('note_id', 'events.notes'),
            7: ('attachment_id', 'attachments.attachments'),
        }
        there = {type_: kind for type_, kind in kinds.items() if self.rows[kind[1]]}
        there[1] = ('category_id', 'categories.categories')
        for id_ in self.ids(30):
            type_ = 1 if self.one_in(2) else self.random.choice(sorted(there))
            column, table = there[type_]
            columns = {column: self.any(table)['id'], 'change': self.random.randint(1, 9)}
            self.add('plugin_livesync.queues', id=id_, type=type_, processed=self.one_in(3), **columns)


def uuid(number):
    return f'00000000-0000-4000-8000-{number:012}'


def without_orphans(rows):
    """Returns the rows without those that refer to a missing row."""
    while True:
        ids = {table: {row.get('id') for row in of_table} for table, of_table in rows.items()}
        kept = {table: [row for row in of_table if not is_orphan(row, table, ids)] for table, of_table in rows.items()}
        if kept == rows:
            return rows
        rows = kept


def is_orphan(row, table, ids):
    return any(row.get(column) not in (None, *ids[to]) for column, to in REFERENCES[table].items())


def smallest(rows, shows):
    """Removes tables and rows as long as the rest still shows the difference."""
    for table in rows:
        rows = smaller(rows, table, rows[table], shows)
    for table in reversed(rows):
        for row in list(rows[table]):
            rows = smaller(rows, table, [row], shows)
    return rows


def smaller(rows, table, unwanted, shows):
    kept = [row for row in rows[table] if row not in unwanted or (table, row.get('id')) in ALWAYS]
    fewer = without_orphans(rows | {table: kept})
    return fewer if fewer != rows and shows(fewer) else rows
