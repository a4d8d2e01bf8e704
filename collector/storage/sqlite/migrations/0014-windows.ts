// Maintenance windows and the inhibitions that people keep in the database.
export const name = '0014-windows'

export const statements = [
  'create table maintenance_window (id text primary key, version integer not null, doc text not null) strict, without rowid',
  'create table inhibition (id text primary key, version integer not null, doc text not null) strict, without rowid',
]
