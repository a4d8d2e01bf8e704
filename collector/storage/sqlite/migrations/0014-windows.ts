// Maintenance windows and the inhibitions that people keep in the database.
export const name = '0014-windows'

export const statements = [
  'create table maintenance_window (id text primary key, version integer not null, doc text not null) strict, without rowid',
  'create table inhibition (id text primary key, version integer not null, doc text not null) strict, without rowid',
  // what is held back now; few alarms are
  `create index alarm_held on alarm (json_extract(doc, '$.suppression.by'))
     where is_cleared = 0 and json_extract(doc, '$.suppression.by') is not null`,
]
