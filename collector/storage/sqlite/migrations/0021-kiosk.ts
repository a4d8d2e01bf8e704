// Links of wallboards, and the browsers that were opened with them. Tokens and screens are known by hashes only.

export const name = '0021-kiosk'

export const statements = [
  `create table kiosk (
    id text primary key, hash text not null unique, expires_at real, last_used_at real, doc text not null) strict, without rowid`,
  `create table kiosk_screen (
    id_hash text primary key, kiosk text not null, opened_at real not null, seen_at real not null, doc text not null) strict,
    without rowid`,
  'create index kiosk_screen_kiosk on kiosk_screen (kiosk, seen_at)',
]
