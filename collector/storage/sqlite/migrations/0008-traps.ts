// Traps that no definition fits, and definitions made in the console.
export const name = '0008-traps'

export const statements = [
  // oid '': all OIDs beyond the most that are told apart. doc: devices, samples, who put it aside
  `create table unknown_trap (
    oid text primary key, count integer not null, first_at real not null, last_at real not null,
    ignored integer not null, doc text not null) strict, without rowid`,
  `create table trap_definition (
    oid text primary key, doc text not null, updated_at real not null, updated_by text not null) strict, without rowid`,
]
