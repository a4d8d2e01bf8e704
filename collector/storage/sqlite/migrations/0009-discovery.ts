// Sweeps and what they propose.
export const name = '0009-discovery'

export const statements: readonly string[] = [
  `create table sweep (
    id text primary key, site text not null, agent text not null, requested_at real not null, ended_at real,
    doc text not null) strict, without rowid`,
  'create index sweep_by_site on sweep (site, requested_at, id)',
  'create index sweep_unended on sweep (id) where ended_at is null',
  // place: the address in a form that sorts; search: what people look for, lower case
  `create table proposal (
    id text primary key, site text not null, state text not null, snmp integer not null, place text not null,
    search text not null, doc text not null) strict, without rowid`,
  'create index proposal_by_place on proposal (site, place, id)',
  'create table proposal_key (site text not null, key text not null, proposal text not null, primary key (site, key, proposal)) strict, without rowid',
  'create index proposal_key_of on proposal_key (proposal)',
  'create table sweep_seen (sweep text not null, proposal text not null, primary key (sweep, proposal)) strict, without rowid',
]
