// What people keep for sites beside collector.yaml, and what each agent was sent of it. Customers and sites shown to people
// are copied into the tables of that name, with their origin in `doc`.
export const name = '0004-site-config'

export const statements: readonly string[] = [
  // kind: customer, site (both with site ''), device, credential, settings, profile
  `create table managed (
    kind text not null, site text not null, name text not null, doc text not null, updated_at real not null,
    updated_by text not null, primary key (kind, site, name)) strict, without rowid`,
  // basis: SHA-256 of all that went into it; packed: zstd of the canonical text, sent again as it is
  `create table agent_config (
    agent text primary key, version integer not null, basis text not null, sha256 text not null, packed blob not null,
    devices integer not null, problems text not null, made_at real not null, sent_at real, report text) strict`,
]
