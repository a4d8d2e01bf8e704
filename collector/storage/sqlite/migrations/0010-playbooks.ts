// What profiles want asked when an alarm opens an incident, by the agent that reads the profile.
export const name = '0010-playbooks'

export const statements = [
  `create table playbook (
    agent text not null, profile text not null, doc text not null, primary key (agent, profile)) strict, without rowid`,
]
