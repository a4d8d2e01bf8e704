// What people in the console change about rules that are written elsewhere stands beside them.
export const name = '0012-rule-overrides'

export const statements = [
  'create table rule_override (rule text primary key, doc text not null, updated_at real not null) strict, without rowid',
]
