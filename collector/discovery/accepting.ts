// Proposals that become devices of the site configuration: each by itself, so that one that cannot holds up no other.
import type { ManagedDevice } from '#shared/devices/managed-device.ts'
import type { AcceptProposals, AcceptResult } from '#shared/http/discovery.ts'
import { deviceFrom, proposalRow, type SiteNames } from './accept.ts'
import { type DiscoveryDeps, NO_SITE, type Result } from './discovery-deps.ts'
import type { DiscoveryWrite, Proposal } from './discovery-store.ts'

type Items = AcceptProposals['items']

/** The devices are kept first; a crash in between leaves proposals that the next sweep finds to be devices. */
export function createAccepting(
  { store, commit, ...deps }: Pick<DiscoveryDeps, 'store' | 'commit' | 'hasSite' | 'importDevices'>,
  namesOf: (site: string) => SiteNames,
): (site: string, items: Items, actor: string) => Promise<Result<AcceptResult>> {
  return async (site, items, actor) => {
    if (!deps.hasSite(site)) return NO_SITE
    const names = namesOf(site)
    const taken = new Set(names.devices)
    const results: AcceptResult['items'] = []
    const rows: { readonly at: number; readonly device: Partial<ManagedDevice>; readonly proposal: string }[] = []
    for (const [at, wish] of items.entries()) {
      const proposal = store.proposal(site, wish.proposal)
      const problems = problemsOf(
        proposal,
        wish,
        names,
        taken,
        rows.map((row) => row.proposal),
      )
      results.push({ proposal: wish.proposal, outcome: 'refused', device: null, problems })
      if (problems.length > 0 || proposal === undefined) continue
      const device = deviceFrom(proposal, wish, names, taken)
      taken.add(device.id as string)
      rows.push({ at, device, proposal: proposal.id })
    }
    if (rows.length === 0) return { ok: true as const, items: results }
    const imported = await deps.importDevices(
      site,
      rows.map((row) => row.device),
      actor,
    )
    if (!imported.ok) return imported
    for (const [i, { at, device }] of rows.entries()) {
      const item = imported.items[i]
      const result = results[at] as AcceptResult['items'][number]
      if (item === undefined || item.outcome === 'refused') result.problems.push(...(item?.problems ?? []))
      else Object.assign(result, { outcome: 'accepted', device: device.id })
    }
    const accepted = new Map(
      results.flatMap((r) => (r.outcome === 'accepted' ? [[r.proposal, r.device as string]] : [])),
    )
    if (accepted.size > 0)
      await commit(() => {
        const writes = [...accepted].flatMap(([id, device]) =>
          changing(site, id, (p) => ({ ...p, state: 'known', device, changes: [], ignored: null })),
        )
        const audit = {
          actor,
          action: 'discovery.accept',
          subject: `site:${site}`,
          detail: Object.fromEntries(accepted),
        }
        return { writes, audit, value: undefined }
      })
    return { ok: true as const, items: results }
  }

  function changing(site: string, id: string, change: (p: Proposal) => Proposal): DiscoveryWrite[] {
    const proposal = store.proposal(site, id)
    return proposal ? [{ kind: 'proposal', proposal: change(proposal), sweep: null }] : []
  }
}

function problemsOf(
  proposal: Proposal | undefined,
  wish: Items[number],
  names: SiteNames,
  taken: ReadonlySet<string>,
  before: readonly string[],
): { path: string; message: string }[] {
  const no = (path: string, message: string) => [{ path, message }]
  if (proposal === undefined) return no('proposal', 'there is no such proposal')
  if (before.includes(proposal.id)) return no('proposal', 'it is named twice')
  if (wish.address !== undefined && !proposal.addresses.includes(wish.address))
    return no('address', `it did not answer at ${wish.address}`)
  if (wish.id !== undefined && taken.has(wish.id)) return no('id', `the site has a device "${wish.id}" already`)
  const blocked = proposalRow(proposal, names).blocked
  if (blocked !== null && (proposal.device !== null || wish.credentials === undefined)) return no('proposal', blocked)
  return []
}
