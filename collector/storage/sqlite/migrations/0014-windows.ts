// Maintenance windows and the inhibitions that people keep in the database.
export const name = '0014-windows'

export const statements = [
  'create table maintenance_window (id text primary key, version integer not null, doc text not null) strict, without rowid',
  'create table inhibition (id text primary key, version integer not null, doc text not null) strict, without rowid',
  // what is held back now: by its gate for the counts, by its time for the list
  `create index alarm_held_by on alarm (json_extract(doc, '$.suppression.by'))
     where is_cleared = 0 and json_extract(doc, '$.suppression.by') is not null`,
  `create index alarm_held_since on alarm (json_extract(doc, '$.suppression.since'), id)
     where is_cleared = 0 and json_extract(doc, '$.suppression.by') is not null`,
]
