// Reads that would go through a whole table, which holds everybody up: lists by time, the trace and evidence of one thing,
// what of an incident waits before a message.
export const name = '0002-read-indexes'

export const statements = [
  'create index device_event_at on device_event (at)',
  'create index trace_incident on trace (incident, id) where incident is not null',
  "create index notification_queued on notification (channel, incident, at, key) where state = 'queued'",
  "create index notification_waiting on notification (channel, at, key) where state = 'queued'",
  'create index notification_at on notification (at, key)',
  'create index evidence_device on evidence (device, requested_at)',
  'create index device_agent on device (agent)',
]
