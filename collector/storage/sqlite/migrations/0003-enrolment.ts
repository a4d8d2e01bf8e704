// How agents get their identity: tokens and requests, identities and their certificates. Secrets only as hashes.
export const name = '0003-enrolment'

export const statements = [
  `create table enrolment_token (
    id text primary key, site text not null, expires_at real not null, doc text not null) strict, without rowid`,
  `create table enrolment_request (
    id text primary key, site text not null, at real not null, doc text not null) strict, without rowid`,
  `create table identity (
    agent text primary key, site text not null, state text not null, doc text not null) strict, without rowid`,
  `create table certificate (
    serial text primary key, agent text not null, not_after real not null, revoked_at real,
    doc text not null) strict, without rowid`,
  'create index certificate_agent on certificate (agent)',
]
