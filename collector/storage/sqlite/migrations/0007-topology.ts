// What devices tell of their neighbours (the last of each table), the links that follow from it, and which unit stood where.
export const name = '0007-topology'

export const statements = [
  `create table neighbour_table (
    device text not null, name text not null, at real not null, doc text not null,
    primary key (device, name)) strict, without rowid`,
  'create table link (id text primary key, site text not null, doc text not null) strict, without rowid',
  'create index link_site on link (site)',
  `create table asset (
    device text not null, serial text not null, doc text not null, primary key (device, serial)) strict, without rowid`,
  'create table asset_entry (id integer primary key, device text not null, at real not null, doc text not null) strict',
  'create index asset_entry_device on asset_entry (device, at)',
]
