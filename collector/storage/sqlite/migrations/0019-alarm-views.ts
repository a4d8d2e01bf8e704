// Saved views of the alarm list and which of them each user begins with; the history of alarms by when they were raised.
export const name = '0019-alarm-views'

export const statements = [
  `create table alarm_view (
    id text primary key,
    owner text not null,
    doc text not null
  ) strict, without rowid`,
  `create table default_view (
    user text primary key,
    view text not null
  ) strict, without rowid`,
  "create index alarm_change_raised on alarm_change (at, id) where action = 'raise'",
]
