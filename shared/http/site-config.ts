// What an administrator keeps in the collector for a site: customers and sites beside those of collector.yaml, devices,
// credentials, settings and profiles for its agents, and what became of them there. `origin` of a customer or site says
// who holds it: `file` is read-only here. Everything below /api/v1/sites/{id}/config is of the collector.
import { z } from 'zod'
import {
  AddressText,
  ManagedCredentials,
  ManagedDevice,
  ManagedSettings,
  SECRET_KEYS,
} from '../devices/managed-device.ts'
import { AgentId, LocalId } from '../domain/identity.ts'
import { Id } from './paging.ts'

const Name = z.string().trim().min(1).max(128)

/** POST /api/v1/customers */
export const CustomerDraft = z.strictObject({ id: LocalId, name: Name })
export type CustomerDraft = z.infer<typeof CustomerDraft>
/** PATCH /api/v1/customers/{id} */
export const CustomerChange = z.strictObject({ name: Name })
/** POST /api/v1/sites. `timeZone` is an IANA zone; the collector refuses one it does not know. */
export const SiteDraft = z.strictObject({
  id: LocalId,
  customer: LocalId,
  name: Name,
  timeZone: z.string().min(1).max(64).default('Asia/Shanghai'),
})
export type SiteDraft = z.infer<typeof SiteDraft>
/** PATCH /api/v1/sites/{id}; a site stays with its customer. */
export const SiteChange = z.strictObject({ name: Name.optional(), timeZone: z.string().min(1).max(64).optional() })
export type SiteChange = z.infer<typeof SiteChange>

/** When and by whom something was last changed. */
const Changed = { updatedAt: z.number(), updatedBy: z.string() }

// --- devices: GET .../config/devices (a page), GET, PUT, DELETE .../config/devices/{device} --------------------------

export const SiteParams = z.object({ id: LocalId })
export const ConfigDeviceParams = z.object({ id: LocalId, device: LocalId })
/** PUT: the device without its id, which is in the path. SNMP names a credential set; secrets are never inside a device. */
export const ConfigDeviceDraft = ManagedDevice.omit({ id: true }).extend({ address: AddressText })
export type ConfigDeviceDraft = z.input<typeof ConfigDeviceDraft>
export const ConfigDeviceRow = z.object({
  device: ManagedDevice,
  /** The agent that watches it: the one it names, else the site's first; null: there is none. */
  agent: AgentId.nullable(),
  /** What its agent said about it, newest report. */
  problems: z.array(z.object({ path: z.string(), message: z.string() })),
  ...Changed,
})
export type ConfigDeviceRow = z.infer<typeof ConfigDeviceRow>

export const MAX_IMPORT_ROWS = 1_000
/** POST .../config/devices/import: each row alone; good ones are kept even when others are not. `dryRun` keeps nothing. */
export const ImportDevices = z.strictObject({
  devices: z
    .array(z.record(z.string().max(64), z.unknown()))
    .min(1)
    .max(MAX_IMPORT_ROWS),
  dryRun: z.boolean().default(false),
})
export const ImportResult = z.object({
  items: z.array(
    z.object({
      /** From 0, as sent. */
      row: z.int(),
      id: z.string().nullable(),
      outcome: z.enum(['added', 'changed', 'unchanged', 'refused']),
      problems: z.array(z.object({ path: z.string(), message: z.string() })),
    }),
  ),
})
export type ImportResult = z.infer<typeof ImportResult>

// --- credentials: GET .../config/credentials, PUT, DELETE .../config/credentials/{name} ------------------------------

export const CredentialParams = z.object({ id: LocalId, name: LocalId })
/** PUT. A secret that is left out stays as it is while the version stays; null takes it away. */
export const CredentialDraft = ManagedCredentials
export type CredentialDraft = z.infer<typeof CredentialDraft>
/** Secrets never come back: only that they are set. */
export const CredentialRow = ManagedCredentials.omit({ community: true, authKey: true, privKey: true }).extend({
  name: LocalId,
  secrets: z.partialRecord(z.enum(SECRET_KEYS), z.object({ set: z.literal(true), at: z.number(), by: z.string() })),
  /** Devices that refer to it. */
  usedBy: z.int(),
  ...Changed,
})
export type CredentialRow = z.infer<typeof CredentialRow>
export const CredentialList = z.object({ items: z.array(CredentialRow), nextCursor: z.null() })

// --- settings: GET, PUT .../config/settings ---------------------------------------------------------------------------

/** What is left out is as the site's own file says; what the site's own file says itself wins. */
export const SiteSettings = ManagedSettings
export type SiteSettings = z.infer<typeof SiteSettings>
export const SiteSettingsRow = z.object({
  settings: ManagedSettings,
  updatedAt: z.number().nullable(),
  updatedBy: z.string().nullable(),
})
export type SiteSettingsRow = z.infer<typeof SiteSettingsRow>

// --- profiles: GET .../config/profiles, GET, PUT, DELETE .../config/profiles/{name} -----------------------------------

export const PROFILE_FILE = /^[a-z0-9_.-]{1,80}\.ya?ml$/
export const ProfileParams = z.object({ id: LocalId, name: z.string().regex(PROFILE_FILE, 'a name like vendor.yaml') })
export const ProfileDraft = z.strictObject({
  text: z
    .string()
    .min(1)
    .max(512 * 1024),
})
export const ProfileFileRow = z.object({
  name: z.string(),
  bytes: z.int(),
  /** Warnings; a text with errors is refused. */
  problems: z.array(z.object({ line: z.int(), message: z.string() })),
  ...Changed,
})
export type ProfileFileRow = z.infer<typeof ProfileFileRow>
export const ProfileFileList = z.object({ items: z.array(ProfileFileRow), nextCursor: z.null() })
export const ProfileFile = ProfileFileRow.extend({ text: z.string() })
export type ProfileFile = z.infer<typeof ProfileFile>

// --- status: GET .../config/status ------------------------------------------------------------------------------------

/**
 * none: nothing is kept for it. waiting: not yet sent, or no answer yet. applied: all of it is in use. partly: all but
 * what `problems` names. rolled-back, refused: the agent uses an older one or its own file alone.
 */
export const AGENT_CONFIG_STATES = ['none', 'waiting', 'applied', 'partly', 'rolled-back', 'refused'] as const
export const AgentConfigStatus = z.object({
  agent: AgentId,
  state: z.enum(AGENT_CONFIG_STATES),
  /** Version this agent should use, 0: none. */
  wanted: z.int(),
  /** Version it said it uses, 0: none; null: not heard of. */
  applied: z.int().nullable(),
  devices: z.int(),
  /** Size on the wire. */
  bytes: z.int(),
  /** False: it has no sealing key, so that secrets cannot be sent: enrol it. */
  canReceiveSecrets: z.boolean(),
  /** Why nothing can be sent; null: it can. */
  blocked: z.string().nullable(),
  problems: z.array(z.object({ device: z.string().nullable(), path: z.string(), message: z.string() })),
  more: z.int(),
  sentAt: z.number().nullable(),
  reportedAt: z.number().nullable(),
})
export type AgentConfigStatus = z.infer<typeof AgentConfigStatus>
export const SiteConfigStatus = z.object({
  site: Id,
  agents: z.array(AgentConfigStatus),
  /** Devices that no agent watches. */
  unassigned: z.array(z.object({ device: z.string(), message: z.string() })),
})
export type SiteConfigStatus = z.infer<typeof SiteConfigStatus>
/** POST .../config/push: a new version, even if nothing changed, so that one that was rolled back or refused is tried again. */
export const PushConfig = z.strictObject({
  agent: AgentId.optional().describe('One agent of the site; all when absent'),
})
