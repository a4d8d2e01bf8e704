// Why an alarm is held back is an object with a reason and an end, where it was one word.
export const name = '0011-suppression'

export const statements = [
  `update alarm set doc = json_remove(json_set(doc, '$.suppression',
    case json_extract(doc, '$.suppressedBy')
      when 'shelved' then json_object('by', 'shelved', 'holds', 'incident', 'ref', null,
        'why', 'shelved before an upgrade', 'since', json_extract(doc, '$.lastAt'),
        'until', json_extract(doc, '$.shelvedUntil'))
      when 'history' then json_object('by', 'history', 'holds', 'incident', 'ref', null,
        'why', 'it happened in a backlog; it is told when the backlog is through and it still stands',
        'since', json_extract(doc, '$.lastAt'), 'until', null)
      else null end), '$.suppressedBy')`,
]
