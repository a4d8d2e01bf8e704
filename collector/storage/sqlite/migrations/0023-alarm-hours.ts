// How many alarms came and went by hour and customer, counted as they do: the history itself is too long to count each time.
export const name = '0023-alarm-hours'

export const statements = [
  // hour: whole hours since 1970 UTC, event time. last_clear: the newest clear in it
  `create table alarm_hour (
    hour integer not null, customer text not null, raised integer not null, cleared integer not null, last_clear real,
    primary key (hour, customer)) strict, without rowid`,
  // the past of the longest trend; what rules in shadow said is nobody's alarm
  `insert into alarm_hour (hour, customer, raised, cleared, last_clear)
    select cast(c.at / 3600000 as integer), m.customer, sum(c.action = 'raise'), sum(c.action = 'clear'),
      max(case c.action when 'clear' then c.at end)
    from alarm_change c join alarm m on m.id = c.alarm
    where c.action in ('raise', 'clear') and instr(m.identity, char(31) || '~shadow ') = 0
      and c.at > (select max(at) from alarm_change) - 14 * 86400000
    group by 1, 2`,
]
