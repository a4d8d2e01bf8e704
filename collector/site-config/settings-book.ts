// Settings and device profiles of a site.
import type { ManagedSettings } from '#shared/devices/managed-device.ts'
import type { ProfileFile, ProfileFileRow, SiteSettingsRow } from '#shared/http/site-config.ts'
import { readProfile } from '#shared/profiles/read-profile.ts'
import type { Managed, ManagedWrite } from './config-store.ts'
import { isTimeZone } from './place-book.ts'
import { type BookDeps, type Details, LIMITS, NO_SITE, nothing, OK, type Result, refused } from './result.ts'

export interface SettingsBook {
  settings(site: string): SiteSettingsRow | undefined
  putSettings(site: string, settings: ManagedSettings, actor: string): Promise<Result>
  profiles(site: string): ProfileFileRow[] | undefined
  profile(site: string, name: string): ProfileFile | undefined
  /** A text with errors is refused, each with its line. */
  putProfile(site: string, name: string, text: string, actor: string): Promise<Result>
  removeProfile(site: string, name: string, actor: string): Promise<Result>
}

interface KeptProfile {
  readonly text: string
}

export function createSettingsBook({ store, places, commit }: BookDeps): SettingsBook {
  return {
    settings(site) {
      if (!places.site(site)) return undefined
      const kept = store.get<ManagedSettings>('settings', site, 'settings')
      return { settings: kept?.doc ?? {}, updatedAt: kept?.updatedAt ?? null, updatedBy: kept?.updatedBy ?? null }
    },
    putSettings: (site, settings, actor) =>
      commit<Result>(() => {
        if (!places.site(site)) return nothing(NO_SITE)
        const details = problemsOf(settings, (name) => store.get('credential', site, name) !== undefined)
        if (details.length > 0) return nothing(refused('bad-request', 'the settings cannot be kept like this', details))
        const write: ManagedWrite = { kind: 'settings', site, name: 'settings', doc: settings, by: actor }
        const audit = { actor, action: 'site-config.settings.save', subject: `site:${site}`, detail: { ...settings } }
        return { writes: [write], audit, value: OK }
      }),
    profiles: (site) => (places.site(site) ? store.list<KeptProfile>('profile', site).map(rowOf) : undefined),
    profile(site, name) {
      const kept = store.get<KeptProfile>('profile', site, name)
      return kept && { ...rowOf(kept), text: kept.doc.text }
    },
    putProfile: (site, name, text, actor) =>
      commit<Result>(() => {
        if (!places.site(site)) return nothing(NO_SITE)
        if (!store.get('profile', site, name) && store.count('profile', site) >= LIMITS.profiles)
          return nothing(refused('conflict', `the site has ${LIMITS.profiles} profiles already`))
        const errors = readProfile(name, text).problems.filter((p) => p.severity === 'error')
        const details = errors.slice(0, 20).map(({ line, message }) => ({ path: `text:${line}`, message }))
        if (details.length > 0) return nothing(refused('bad-request', 'the profile cannot be used', details))
        const write: ManagedWrite = { kind: 'profile', site, name, doc: { text }, by: actor }
        const detail = { bytes: Buffer.byteLength(text) }
        const audit = { actor, action: 'site-config.profile.save', subject: `profile:${site}.${name}`, detail }
        return { writes: [write], audit, value: OK }
      }),
    removeProfile: (site, name, actor) =>
      commit<Result>(() => {
        if (!store.get('profile', site, name)) return nothing(refused('not-found', 'there is no such profile'))
        const write: ManagedWrite = { kind: 'profile', site, name, doc: null, by: actor }
        const audit = { actor, action: 'site-config.profile.delete', subject: `profile:${site}.${name}`, detail: {} }
        return { writes: [write], audit, value: OK }
      }),
  }
}

function problemsOf({ timeZone, inputs }: ManagedSettings, hasCredentials: (name: string) => boolean): Details {
  const zone = timeZone === undefined || isTimeZone(timeZone)
  const unknown = (inputs?.traps?.credentials ?? []).flatMap((name, i) =>
    hasCredentials(name) ? [] : [{ path: `inputs.traps.credentials.${i}`, message: `no credentials "${name}"` }],
  )
  return [...(zone ? [] : [{ path: 'timeZone', message: 'not an IANA time zone' }]), ...unknown]
}

function rowOf({ name, doc, updatedAt, updatedBy }: Managed<KeptProfile>): ProfileFileRow {
  const problems = readProfile(name, doc.text).problems.slice(0, 50)
  const lines = problems.map(({ line, message }) => ({ line, message }))
  return { name, bytes: Buffer.byteLength(doc.text), problems: lines, updatedAt, updatedBy }
}
