-- Joins the object of a row `link`, and requires that the object and all its parents are not deleted.
LEFT JOIN events.events event ON event.id = link.linked_event_id
LEFT JOIN events.contributions contribution ON contribution.id = link.contribution_id
LEFT JOIN events.events contribution_event ON contribution_event.id = contribution.event_id
LEFT JOIN events.subcontributions subcontribution ON subcontribution.id = link.subcontribution_id
LEFT JOIN events.contributions parent ON parent.id = subcontribution.contribution_id
LEFT JOIN events.events parent_event ON parent_event.id = parent.event_id
LEFT JOIN events.sessions session ON session.id = link.session_id
LEFT JOIN events.events session_event ON session_event.id = session.event_id
WHERE NOT link.is_deleted
  AND (link.link_type = 2 AND NOT event.is_deleted
    OR link.link_type = 3 AND NOT contribution.is_deleted AND NOT contribution_event.is_deleted
    OR link.link_type = 4 AND NOT subcontribution.is_deleted AND NOT parent.is_deleted AND NOT parent_event.is_deleted
    OR link.link_type = 5 AND NOT session.is_deleted AND NOT session_event.is_deleted)
