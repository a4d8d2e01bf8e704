// Devices that people keep for a site.
import type { z } from 'zod'
import { cycleThrough } from '#shared/devices/cycles.ts'
import { AddressText, ManagedDevice } from '#shared/devices/managed-device.ts'
import type { ConfigDeviceRow, ImportResult } from '#shared/http/site-config.ts'
import { canonicalJson } from '#shared/wire/command.ts'
import type { Managed, ManagedWrite } from './config-store.ts'
import { type BookDeps, type Details, LIMITS, NO_SITE, nothing, OK, type Result, refused } from './result.ts'
import { agentOfDevice } from './site-content.ts'

export interface DeviceBook {
  /** By id; undefined where there is no such site. */
  devices(site: string, page: { readonly after: string; readonly limit: number }): ConfigDeviceRow[] | undefined
  device(site: string, id: string): ConfigDeviceRow | undefined
  putDevice(site: string, device: ManagedDevice, actor: string): Promise<Result<{ readonly added: boolean }>>
  removeDevice(site: string, id: string, actor: string): Promise<Result>
  /** Each row alone: good ones are kept even when others are not; with `dryRun` none. */
  importDevices(site: string, rows: readonly unknown[], dryRun: boolean, actor: string): Promise<Result<ImportResult>>
}

type Item = ImportResult['items'][number]

const ImportedDevice = ManagedDevice.extend({ address: AddressText })

export function createDeviceBook({ store, places, agentsOf, delivery, commit }: BookDeps): DeviceBook {
  const write = (site: string, name: string, doc: ManagedDevice | null, by: string): ManagedWrite => {
    return { kind: 'device', site, name, doc, by }
  }
  /** What is wrong with a device, seen from the site. */
  const problemsOf = (
    site: string,
    device: ManagedDevice,
    agents: readonly string[],
    also?: ReadonlyMap<string, ManagedDevice>,
  ): Details => {
    const problems: { path: string; message: string }[] = []
    const set = device.snmp?.credentials
    if (set !== undefined && !store.get('credential', site, set))
      problems.push({ path: 'snmp.credentials', message: `no credentials "${set}"` })
    if (device.agent !== undefined && !agents.includes(device.agent))
      problems.push({ path: 'agent', message: `agent "${device.agent}" is not of this site` })
    if (device.parents.includes(device.id))
      problems.push({ path: 'parents', message: 'a device is not its own parent' })
    for (const key of ['parents', 'poweredBy'] as const) {
      const namedBy = (id: string) => (also?.get(id) ?? store.get<ManagedDevice>('device', site, id)?.doc)?.[key] ?? []
      const others = (device[key] ?? []).filter((name) => key === 'poweredBy' || name !== device.id)
      const cycle = cycleThrough(device.id, others, namedBy)
      if (cycle !== undefined) problems.push({ path: key, message: `a cycle: ${cycle}` })
    }
    return problems
  }
  const rowsOf = (site: string, kept: readonly Managed<ManagedDevice>[]): ConfigDeviceRow[] => {
    const agents = agentsOf(site)
    const said = new Map<string, { path: string; message: string }[]>()
    for (const agent of agents) {
      const { row, problems } = delivery.of(agent)
      for (const { device, path, message } of [...problems, ...(row?.report?.problems ?? [])])
        if (device !== null) said.set(device, [...(said.get(device) ?? []), { path, message }])
    }
    return kept.map(({ doc, updatedAt, updatedBy }) => ({
      ...{ device: doc, agent: agentOfDevice(doc, agents), problems: said.get(doc.id) ?? [], updatedAt, updatedBy },
    }))
  }

  return {
    devices: (site, page) =>
      places.site(site) ? rowsOf(site, store.list<ManagedDevice>('device', site, page)) : undefined,
    device(site, id) {
      const kept = store.get<ManagedDevice>('device', site, id)
      return kept && rowsOf(site, [kept])[0]
    },
    putDevice: (site, device, actor) =>
      commit<Result<{ added: boolean }>>(() => {
        if (!places.site(site)) return nothing(NO_SITE)
        const problems = problemsOf(site, device, agentsOf(site))
        if (problems.length > 0) return nothing(refused('bad-request', 'the device cannot be kept like this', problems))
        const added = store.get('device', site, device.id) === undefined
        if (added && store.count('device', site) >= LIMITS.devices)
          return nothing(refused('conflict', `the site has ${LIMITS.devices} devices already`))
        const audit = {
          actor,
          action: 'site-config.device.save',
          subject: `device:${site}.${device.id}`,
          detail: device,
        }
        return { writes: [write(site, device.id, device, actor)], audit, value: { ok: true, added } }
      }),
    removeDevice: (site, id, actor) =>
      commit<Result>(() => {
        if (!store.get('device', site, id)) return nothing(refused('not-found', 'there is no such device'))
        const audit = { actor, action: 'site-config.device.delete', subject: `device:${site}.${id}`, detail: {} }
        return { writes: [write(site, id, null, actor)], audit, value: OK }
      }),
    importDevices: (site, rows, dryRun, actor) =>
      commit<Result<ImportResult>>(() => {
        if (!places.site(site)) return nothing(NO_SITE)
        const writes: ManagedWrite[] = []
        const seen = new Set<string>()
        const taken = new Map<string, ManagedDevice>()
        const agents = agentsOf(site)
        let room = LIMITS.devices - store.count('device', site)
        const items = rows.map((raw, row): Item => {
          const parsed = ImportedDevice.safeParse(raw)
          const id = idOf(raw)
          if (!parsed.success) return { row, id, outcome: 'refused', problems: detailsOf(parsed.error) }
          const device = parsed.data
          const no = (path: string, message: string): Item => ({
            row,
            id,
            outcome: 'refused',
            problems: [{ path, message }],
          })
          if (seen.has(device.id)) return no('id', `"${device.id}" is used twice`)
          seen.add(device.id)
          const problems = problemsOf(site, device, agents, taken)
          if (problems.length > 0) return { row, id, outcome: 'refused', problems: [...problems] }
          const before = store.get<ManagedDevice>('device', site, device.id)
          if (before && canonicalJson(before.doc) === canonicalJson(device))
            return { row, id, outcome: 'unchanged', problems: [] }
          if (!before && room-- <= 0) return no('id', `the site has ${LIMITS.devices} devices already`)
          writes.push(write(site, device.id, device, actor))
          taken.set(device.id, device)
          return { row, id, outcome: before ? 'changed' : 'added', problems: [] }
        })
        const value = { ok: true, items } as const
        if (dryRun || writes.length === 0) return nothing(value)
        const detail = {
          devices: writes.map((w) => w.name),
          refused: items.filter((i) => i.outcome === 'refused').length,
        }
        return { writes, audit: { actor, action: 'site-config.device.import', subject: `site:${site}`, detail }, value }
      }),
  }
}

function idOf(raw: unknown): string | null {
  const id = (raw as { id?: unknown } | null)?.id
  return typeof id === 'string' ? id.slice(0, 63) : null
}

/** Path and message of every issue; unknown keys by name. */
export function detailsOf(error: z.ZodError): { path: string; message: string }[] {
  return error.issues.slice(0, 20).flatMap((issue) => {
    const path = issue.path.map(String).join('.')
    if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }]
    return issue.keys.slice(0, 5).map((key) => ({ path: path ? `${path}.${key}` : key, message: 'unknown key' }))
  })
}
