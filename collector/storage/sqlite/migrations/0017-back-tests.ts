// The last back-test of each rule, and alarms by rule: what a rule in shadow has said.

export const name = '0017-back-tests'

export const statements: readonly string[] = [
  `create table back_test (
    rule text primary key, version text not null, ended_at real not null, doc text not null) strict, without rowid`,
  "create index alarm_rule on alarm (json_extract(doc, '$.rule'))",
]
