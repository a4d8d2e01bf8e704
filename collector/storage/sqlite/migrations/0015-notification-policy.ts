// Messages have recipients, threads in which they keep their order, and alarms they are about; where each recipient stands with
// an alarm; what the notification policy remembers; channels and routes that people made in the console. Who was told of an
// incident that is open now is told its end.
export const name = '0015-notification-policy'

export const statements = [
  "alter table notification add column recipient text not null default ''",
  "alter table notification add column thread text not null default ''",
  'alter table notification add column ord integer not null default 0',
  'alter table notification add column route text',
  'alter table notification add column fault text',
  `update notification set recipient = channel, thread = coalesce(incident, ''), ord = n.place
     from (select key as k, row_number() over (order by at, key) as place from notification) n where n.k = notification.key`,
  'drop index notification_queued',
  'drop index notification_waiting',
  "create index notification_queued on notification (channel, recipient, thread, ord) where state = 'queued'",
  "create index notification_waiting on notification (channel, ord) where state = 'queued'",
  'create index notification_ord on notification (ord)',
  'create index notification_incident on notification (incident, at)',
  'create table notification_alarm (alarm text not null, key text not null, primary key (alarm, key)) strict, without rowid',
  'create index notification_alarm_key on notification_alarm (key)',
  `create trigger notification_gone after delete on notification begin
     delete from notification_alarm where key = old.key; end`,
  `create table told (
    alarm text not null, episode integer not null, recipient text not null, channel text not null, incident text,
    route text, state text not null, reason text not null, why text not null, at real not null, until real,
    message text, recovery text, primary key (alarm, episode, recipient)) strict, without rowid`,
  'create index told_at on told (at)',
  `create table notify_state (
    kind text not null, key text not null, doc text not null, primary key (kind, key)) strict, without rowid`,
  `create table notify_channel (
    id text primary key, version integer not null, doc text not null, secrets text not null, updated_at real not null,
    updated_by text not null) strict, without rowid`,
  `create table notify_route (
    id text primary key, version integer not null, doc text not null, updated_at real not null,
    updated_by text not null) strict, without rowid`,
  `insert into notify_state (kind, key, doc)
     select 'share', n.incident || char(31) || n.channel, json_object(
       'incident', n.incident, 'recipient', n.channel, 'channel', n.channel, 'address', null, 'route', null,
       'group', 'incident', 'customer', i.customer, 'site', i.site, 'told', json('true'), 'before', json('true'),
       'summed', json('false'), 'lastAt', max(n.at), 'seq', 0, 'waiting', json('[]'), 'members', json('[]'), 'reminder', null)
     from notification n join incident i on i.id = n.incident
     where i.state not in ('resolved', 'closed') and n.state in ('queued', 'sent')
       and json_extract(n.doc, '$.transition') in ('opened', 'reopened')
     group by n.incident, n.channel`,
]
