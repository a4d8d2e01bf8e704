// What people put to incidents: files, and other incidents beside them; lists by time.
export const name = '0020-incidents'

export const statements = [
  `create table incident_link (
    a text not null, b text not null, kind text not null, by text not null, at real not null,
    primary key (a, b)) strict, without rowid`,
  'create index incident_link_b on incident_link (b)',
  `create table attachment (
    id text primary key, incident text not null, used integer not null, name text not null, size integer not null,
    type text not null, sha256 text not null, by text not null, at real not null) strict, without rowid`,
  'create index attachment_incident on attachment (incident, at)',
  'create index attachment_unused on attachment (at) where used = 0',
  'create index incident_opened on incident (opened_at, id)',
  'create index incident_customer on incident (customer, opened_at)',
]
