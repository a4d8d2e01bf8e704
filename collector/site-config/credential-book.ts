// Credential sets: secrets go in and never come out again, except sealed to the agent that needs them.

import { secretOf } from '#shared/config/secret.ts'
import { credentialsProblem } from '#shared/devices/device-config.ts'
import {
  type ManagedDevice,
  type ManagedSettings,
  SECRET_KEYS,
  type SecretKey,
} from '#shared/devices/managed-device.ts'
import type { CredentialDraft, CredentialRow } from '#shared/http/site-config.ts'
import type { Managed, ManagedWrite } from './config-store.ts'
import { type BookDeps, LIMITS, NO_SITE, nothing, OK, type Result, refused } from './result.ts'
import type { KeptCredentials } from './site-content.ts'
import type { Vault } from './vault.ts'

export interface CredentialBook {
  /** undefined where there is no such site. */
  credentials(site: string): CredentialRow[] | undefined
  credential(site: string, name: string): CredentialRow | undefined
  /** A secret that is left out stays while the version stays; null takes it away. */
  putCredentials(site: string, name: string, draft: CredentialDraft, actor: string): Promise<Result>
  /** Only while nothing refers to it. */
  removeCredentials(site: string, name: string, actor: string): Promise<Result>
}

/** What a secret is of: bound into its box. */
export const secretPlace = (site: string, name: string, key: string): string => `${site}/${name}/${key}`

export function createCredentialBook(deps: BookDeps): CredentialBook {
  const { store, places, vault, commit } = deps
  const users = (site: string): Map<string, number> => {
    const uses = new Map<string, number>()
    for (const { doc } of store.list<ManagedDevice>('device', site))
      if (doc.snmp) uses.set(doc.snmp.credentials, (uses.get(doc.snmp.credentials) ?? 0) + 1)
    return uses
  }
  const isTrapSender = (site: string, name: string): boolean =>
    store.get<ManagedSettings>('settings', site, 'settings')?.doc.inputs?.traps?.credentials?.includes(name) ?? false

  return {
    credentials(site) {
      if (!places.site(site)) return undefined
      const uses = users(site)
      return store.list<KeptCredentials>('credential', site).map((kept) => rowOf(kept, uses.get(kept.name) ?? 0))
    },
    credential(site, name) {
      const kept = store.get<KeptCredentials>('credential', site, name)
      return kept && rowOf(kept, users(site).get(name) ?? 0)
    },
    putCredentials: (site, name, draft, actor) =>
      commit<Result>((at: number) => {
        if (!places.site(site)) return nothing(NO_SITE)
        const before = store.get<KeptCredentials>('credential', site, name)?.doc
        if (!before && store.count('credential', site) >= LIMITS.credentials)
          return nothing(refused('conflict', `the site has ${LIMITS.credentials} credential sets already`))
        const made = keep(vault, site, name, draft, before, { at, by: actor })
        if (typeof made === 'string') return nothing(refused('bad-request', made, [{ path: '', message: made }]))
        const write: ManagedWrite = { kind: 'credential', site, name, doc: made, by: actor }
        const set = SECRET_KEYS.filter((key) => typeof draft[key] === 'string')
        const detail = { ...made.words, secretsSet: set, secrets: Object.keys(made.secrets) }
        const audit = { actor, action: 'site-config.credentials.save', subject: `credentials:${site}.${name}`, detail }
        return { writes: [write], audit, value: OK }
      }),
    removeCredentials: (site, name, actor) =>
      commit<Result>(() => {
        if (!store.get('credential', site, name)) return nothing(refused('not-found', 'there are no such credentials'))
        const uses = users(site).get(name) ?? 0
        if (uses > 0) return nothing(refused('conflict', `${uses} devices use these credentials`))
        if (isTrapSender(site, name))
          return nothing(refused('conflict', 'the settings name these credentials for traps'))
        const write: ManagedWrite = { kind: 'credential', site, name, doc: null, by: actor }
        const audit = {
          actor,
          action: 'site-config.credentials.delete',
          subject: `credentials:${site}.${name}`,
          detail: {},
        }
        return { writes: [write], audit, value: OK }
      }),
  }
}

/** The set as it is kept, or what is wrong with it. */
function keep(
  vault: Vault,
  site: string,
  name: string,
  draft: CredentialDraft,
  before: KeptCredentials | undefined,
  now: { readonly at: number; readonly by: string },
): KeptCredentials | string {
  const { community: _c, authKey: _a, privKey: _p, ...words } = draft
  const stays = before?.words.version === words.version ? before.secrets : {}
  const plain: Partial<Record<SecretKey, string>> = {}
  const secrets: Partial<Record<SecretKey, { box: string; at: number; by: string }>> = {}
  for (const key of SECRET_KEYS) {
    const given = draft[key]
    const kept = stays[key]
    const place = secretPlace(site, name, key)
    if (typeof given === 'string') {
      plain[key] = given
      secrets[key] = { box: vault.seal(given, place), ...now }
    } else if (given === undefined && kept !== undefined) {
      const text = openOr(vault, kept.box, place)
      if (text === undefined) return `\`${key}\` was kept under another key of the collector: give it again`
      plain[key] = text
      secrets[key] = kept
    }
  }
  if (words.version === 'v3' && plain.community !== undefined) return '`community` is for v1 and v2c'
  if (words.version !== 'v3' && (plain.authKey ?? plain.privKey) !== undefined)
    return '`authKey` and `privKey` are for v3'
  const hidden = Object.fromEntries(Object.entries(plain).map(([key, text]) => [key, secretOf(text)]))
  return credentialsProblem({ ...words, ...hidden }) ?? { words, secrets }
}

function openOr(vault: Vault, box: string, place: string): string | undefined {
  try {
    return vault.open(box, place)
  } catch {
    return undefined
  }
}

function rowOf({ name, doc, updatedAt, updatedBy }: Managed<KeptCredentials>, usedBy: number): CredentialRow {
  const secrets = Object.entries(doc.secrets).map(([key, { at, by }]) => [key, { set: true, at, by }])
  const words = doc.words as Omit<CredentialRow, 'name' | 'secrets' | 'usedBy' | 'updatedAt' | 'updatedBy'>
  return { ...words, name, secrets: Object.fromEntries(secrets), usedBy, updatedAt, updatedBy }
}
