// What people decided about causes: alarms that are no symptom of another one, or are.
export const name = '0013-cause-decisions'

export const statements = [
  `create table cause_decision (
    alarm text not null,
    cause text not null,
    doc text not null,
    primary key (alarm, cause)
  ) strict, without rowid`,
]
