// What InfluxDB has been given: one place in the journal, the chunks that left the journal before that, the lines it
// refused. Empty while InfluxDB is not used.
export const name = '0005-influx'

export const statements = [
  // every sample up to journal row `settled` is in InfluxDB or in a chunk of influx_chunk; from row `joined` on the
  // journal itself was sent without a hole. backfill: next series whose chunks after `backfill_after` are looked for
  `create table influx_cursor (
    id integer primary key check (id = 1), settled integer not null, joined integer not null,
    backfill integer, backfill_after integer not null,
    sent integer not null, quarantined integer not null, expired integer not null, beyond integer not null) strict`,
  // places of the first and the last sample of a chunk that may have to be sent; first 0: not known
  `create table influx_chunk (
    through integer primary key, first integer not null, series integer not null, from_at integer not null,
    samples integer not null) strict`,
  'create index influx_chunk_first on influx_chunk (first, through)',
  // lines InfluxDB refused for ever
  `create table influx_quarantine (
    id integer primary key, at real not null, line text not null, reason text not null) strict`,
  // whose samples of a site are from when on: a point keeps its tags when the site changes hands
  `create table influx_site (
    site text not null, since real not null, customer text not null,
    primary key (site, since)) strict, without rowid`,
]
