// Wallboards: the links an administrator makes, and the little a screen on a wall may read with one.
import { z } from 'zod'
import { DEVICE_STATES } from '../domain/inventory.ts'
import { Severity } from '../domain/severity.ts'
import { CustomerScope } from './session.ts'

/** What a screen can show: /kiosk/{board}. */
export const BOARDS = ['alarms', 'map', 'counters'] as const
export const Board = z.enum(BOARDS)
export type Board = z.infer<typeof Board>

export const KIOSK_ID = /^[0-9a-f]{12}$/
/** `ork_<id of the link>_<secret>`. */
export const KIOSK_TOKEN = /^ork_([0-9a-f]{12})_([A-Za-z0-9_-]{43})$/

/** How long a screen may be away and still be known: what browsers keep a cookie at most. */
export const SCREEN_DAYS = 400

/** POST /api/v1/kiosks */
export const KioskDraft = z.strictObject({
  name: z.string().trim().min(1).max(64),
  /** Ids of the customers it shows; null: all. */
  customers: CustomerScope.default(null),
  /** Days until it ends; without it the link lasts until it is revoked. */
  days: z.number().positive().max(3650).optional(),
})
export type KioskDraft = z.infer<typeof KioskDraft>

/** One browser that was opened with the link. */
export const KioskScreen = z.object({
  id: z.string(),
  address: z.string(),
  /** What the browser calls itself. */
  program: z.string(),
  /** What it shows in turn, as it says itself. */
  shows: z.string(),
  openedAt: z.number(),
  seenAt: z.number(),
  connected: z.boolean(),
})
export type KioskScreen = z.infer<typeof KioskScreen>

/** GET /api/v1/kiosks; screens seen last come first. */
export const KioskRow = z.object({
  id: z.string(),
  name: z.string(),
  customers: CustomerScope,
  createdAt: z.number(),
  createdBy: z.string(),
  expiresAt: z.number().nullable(),
  lastUsedAt: z.number().nullable(),
  screens: z.array(KioskScreen),
})
export type KioskRow = z.infer<typeof KioskRow>
/** The token is shown once, here. */
export const MadeKiosk = KioskRow.extend({ token: z.string() })
export type MadeKiosk = z.infer<typeof MadeKiosk>
export const KioskParams = z.object({ id: z.string().regex(KIOSK_ID) })

/** POST /api/v1/kiosk/session: the token becomes a cookie that only this browser has. */
export const OpenKiosk = z.strictObject({ token: z.string().max(200) })
/** Names the link whose cookie is meant: a browser may show several boards. */
export const KioskQuery = z.object({ k: z.string().regex(KIOSK_ID).optional() })
export const KioskLiveQuery = KioskQuery.extend({ shows: z.string().max(200).default('') })

/** GET and POST /api/v1/kiosk/session */
export const KioskSession = z.object({
  id: z.string(),
  name: z.string(),
  expiresAt: z.number().nullable(),
  now: z.number(),
})
export type KioskSession = z.infer<typeof KioskSession>

export const KioskAlarm = z.object({
  id: z.string(),
  severity: Severity,
  cleared: z.boolean(),
  acknowledged: z.boolean(),
  ackBy: z.string().nullable(),
  customer: z.string(),
  site: z.string(),
  device: z.string().nullable(),
  resource: z.string(),
  alarmType: z.string(),
  text: z.string(),
  raisedAt: z.number(),
  count: z.int(),
  incident: z.int().nullable(),
})
export type KioskAlarm = z.infer<typeof KioskAlarm>

/** How many rows a board gets at most; `total` says of how many. */
export const MAX_BOARD_ALARMS = 300

/** GET /api/v1/kiosk/alarms: what is not shelved or held back; unacknowledged first, then the most severe, then the newest. */
export const KioskAlarms = z.object({
  /** Collector's clock when it was read. */
  at: z.number(),
  items: z.array(KioskAlarm),
  total: z.int(),
  /** Open ones by severity; `fresh` are those nobody has acknowledged. */
  counts: z.record(Severity, z.object({ open: z.int(), fresh: z.int() })),
  /** Shelved or held back by a gate: not in the list. */
  held: z.int(),
})
export type KioskAlarms = z.infer<typeof KioskAlarms>

/** Place of its site in `sites`, name, state, since when (ms), worst open alarm. */
export const KioskDevice = z.tuple([
  z.int(),
  z.string(),
  z.enum(DEVICE_STATES),
  z.number().nullable(),
  Severity.nullable(),
])
export type KioskDevice = z.infer<typeof KioskDevice>

/** GET /api/v1/kiosk/devices: every device that is watched. */
export const KioskDevices = z.object({
  at: z.number(),
  sites: z.array(z.object({ name: z.string(), customer: z.string() })),
  devices: z.array(KioskDevice),
})
export type KioskDevices = z.infer<typeof KioskDevices>

/** GET /api/v1/kiosk/counters */
export const KioskCounters = z.object({
  at: z.number(),
  openIncidents: z.int(),
  agents: z.object({ online: z.int(), unknown: z.int(), never: z.int() }),
  devices: z.object({ up: z.int(), down: z.int(), unknown: z.int() }),
})
export type KioskCounters = z.infer<typeof KioskCounters>

/**
 * GET /api/v1/kiosk/live, server-sent events: `hello` {version, console, now}, `beat` {now} every KIOSK_BEAT_SECONDS,
 * `changed` {what, now} at most once a second, `goodbye` {reason}. It says what kind of thing changed, never what.
 */
export const KIOSK_BEAT_SECONDS = 5
export type KioskChange = 'alarms' | 'devices' | 'counters'
