// Who signed in when and from where, what failed, and the audit log by time and by what an entry is about.

export const name = '0022-admin'

export const statements: readonly string[] = [
  // `failed`: wrong passwords since the last time it went well
  `create table sign_in (
    user text primary key, at real, address text, failed_at real, failed_address text, failed integer not null
  ) strict, without rowid`,
  "alter table session add column address text not null default ''",
  'alter table token add column last_address text',
  'create index audit_at on audit (at, id)',
  'create index audit_subject on audit (subject, at, id)',
]
