// The first schema. Documents are JSON in `doc`; columns beside it exist to find and order rows. Times are UTC ms.

export const name = '0001-start'

export const statements: readonly string[] = [
  // --- records -------------------------------------------------------------------------------------------------
  `create table stream (
    agent text not null, epoch text not null, lane text not null,
    committed integer not null, watermark real not null, updated_at real not null, refused text,
    primary key (agent, epoch, lane)) strict, without rowid`,
  // recent batches, to tell a repeat from a cloned agent
  `create table stream_batch (
    agent text not null, epoch text not null, lane text not null, first integer not null, count integer not null,
    hash text not null, at real not null,
    primary key (agent, epoch, lane, first)) strict, without rowid`,
  `create table stream_gap (
    id integer primary key, agent text not null, epoch text not null, lane text not null,
    first integer not null, count integer not null, reason text not null, at real not null) strict`,
  `create table quarantine (
    id integer primary key, agent text not null, epoch text, lane text, first integer, count integer,
    reason text not null, raw blob, bytes integer not null, at real not null) strict`,
  // offset_ms: collector wall clock minus the agent's monotonic clock of that boot
  `create table agent_boot (
    agent text not null, boot text not null, offset_ms real not null, seen_at real not null,
    primary key (agent, boot)) strict, without rowid`,
  `create table device_event (
    id integer primary key, agent text not null, epoch text not null, seq integer not null, site text not null,
    device text, kind text not null, at real not null, received_at real not null, doc text not null) strict`,
  'create index device_event_device_at on device_event (device, at)',
  'create index device_event_site_at on device_event (site, at)',
  // --- samples -------------------------------------------------------------------------------------------------
  `create table series (
    id integer primary key, agent text not null, site text not null, device text not null, metric text not null,
    resource text not null, unit text not null, kind text not null, states text, tags text,
    unique (device, metric, resource)) strict`,
  `create table series_number (
    agent text not null, epoch text not null, n integer not null, series integer not null,
    primary key (agent, epoch, n)) strict, without rowid`,
  // compressed telemetry bodies not yet folded into chunks; replayed at start
  `create table telemetry_journal (
    id integer primary key, agent text not null, epoch text not null, first integer not null, count integer not null,
    offset_ms real not null, latest real not null, body blob not null) strict`,
  // through: place of the last sample in the journal, rising for ever
  `create table sample_chunk (
    series integer not null, from_at integer not null, through integer not null, to_at integer not null,
    data blob not null,
    primary key (series, from_at, through)) strict, without rowid`,
  // what is folded already of a series, and its newest folded sample
  `create table sample_head (
    series integer primary key, through integer not null, at real not null, value real not null) strict`,
  // one blob of buckets per series, step (ms) and day (start of the UTC day, ms); made when raw samples expire
  `create table sample_rollup (
    series integer not null, step integer not null, day integer not null, data blob not null,
    primary key (series, step, day)) strict, without rowid`,
  // --- inventory -----------------------------------------------------------------------------------------------
  'create table customer (id text primary key, doc text not null) strict, without rowid',
  'create table site (id text primary key, customer text not null, doc text not null) strict, without rowid',
  'create table agent (id text primary key, site text not null, doc text not null) strict, without rowid',
  `create table device (
    id text primary key, site text not null, customer text not null, agent text not null, state text not null,
    doc text not null) strict, without rowid`,
  'create index device_site on device (site)',
  // --- judgement -----------------------------------------------------------------------------------------------
  `create table rule (
    id text primary key, origin text not null, file text, enabled integer not null, doc text not null,
    updated_at real not null) strict, without rowid`,
  `create table rule_state (
    rule text not null, subject text not null, state text not null, primary key (rule, subject)) strict, without rowid`,
  `create table alarm (
    id text primary key, identity text not null unique, customer text not null, site text not null, device text,
    severity integer not null, is_cleared integer not null, operator_state text not null, in_list integer not null,
    raised_at real not null, last_at real not null, incident text, doc text not null) strict, without rowid`,
  'create index alarm_list on alarm (in_list, raised_at)',
  'create index alarm_device on alarm (device)',
  `create table alarm_change (
    id integer primary key, alarm text not null, action text not null, at real not null, actor text not null,
    late integer not null, note text not null, severity integer not null) strict`,
  'create index alarm_change_alarm on alarm_change (alarm, id)',
  `create table incident (
    id text primary key, number integer not null unique, customer text not null, site text not null, device text,
    state text not null, priority integer not null, opened_at real not null, resolved_at real,
    doc text not null) strict, without rowid`,
  'create index incident_state on incident (state, opened_at)',
  'create index incident_device on incident (device, opened_at)',
  `create table incident_timeline (
    id text primary key, incident text not null, at real not null, kind text not null, doc text not null) strict, without rowid`,
  'create index incident_timeline_incident on incident_timeline (incident, at)',
  `create table evidence (
    command text primary key, incident text, device text not null, agent text not null, action text not null,
    state text not null, requested_at real not null, expires real not null, sent_at real, command_seq integer,
    doc text not null) strict, without rowid`,
  'create index evidence_incident on evidence (incident)',
  'create index evidence_pending on evidence (state, agent)',
  `create table trace (
    id integer primary key, at real not null, alarm text, incident text, rule text not null, decision text not null,
    doc text not null) strict`,
  'create index trace_alarm on trace (alarm, id)',
  // --- people --------------------------------------------------------------------------------------------------
  `create table notification (
    key text primary key, channel text not null, incident text, at real not null, state text not null,
    attempts integer not null, next_at real not null, answer text, doc text not null) strict, without rowid`,
  'create index notification_due on notification (state, next_at)',
  `create table user_account (
    name text primary key, role text not null, password text not null, disabled integer not null, language text,
    doc text not null) strict, without rowid`,
  `create table session (
    id_hash text primary key, user text not null, created_at real not null, seen_at real not null,
    expires_at real not null) strict, without rowid`,
  `create table token (
    id text primary key, name text not null, hash text not null unique, user text not null, role text not null,
    created_at real not null, expires_at real, last_used_at real) strict, without rowid`,
  `create table audit (
    id integer primary key, at real not null, actor text not null, action text not null, subject text not null,
    detail text not null, previous text not null, hash text not null) strict`,
  // small facts: keys (sealed), counters, the last incident number
  'create table setting (name text primary key, value text not null) strict, without rowid',
]
