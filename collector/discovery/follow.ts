// Follows sweeps through what their agents tell: progress, findings, the end. Adds to a change set before it is committed;
// keeps nothing in memory, so that a restart changes nothing.
import { SweepResult } from '#shared/diagnostics/sweep.ts'
import type { ReceivedResult } from '../ingest/evaluation.ts'
import type { ChangeSet } from '../storage/change-set.ts'
import { type DiscoveryStore, MAX_PROPOSALS, type Proposal, type Sweep } from './discovery-store.ts'
import { type DeviceIndex, keysOf, propose } from './propose.ts'

export interface FollowDeps {
  readonly store: DiscoveryStore
  readonly devicesOf: (site: string) => DeviceIndex
  readonly newId: () => string
  /** A record that belongs to nothing here. */
  readonly drop: (reason: 'unknown-sweep' | 'proposals-full', n: number) => void
}

export function follow(deps: FollowDeps, results: readonly ReceivedResult[], changes: ChangeSet, now: number): void {
  const told = results.filter(({ record }) => record.kind === 'sweep-found' || record.kind === 'sweep-progress')
  if (told.length === 0 && changes.diagnosticResults.length === 0) return
  const { store } = deps
  const sweeps = new Map<string, Sweep>()
  const proposals = new Map<string, { proposal: Proposal; sweep: string | null }>()
  const devices = new Map<string, DeviceIndex>()
  const sweepOf = (id: string) => sweeps.get(id) ?? store.sweep(id)

  for (const { agent, at, record } of told) {
    if (record.kind !== 'sweep-found' && record.kind !== 'sweep-progress') continue
    const sweep = sweepOf(record.sweep)
    if (sweep === undefined || sweep.agent !== agent) {
      deps.drop('unknown-sweep', 1)
      continue
    }
    const began = { ...sweep, startedAt: sweep.startedAt ?? at }
    if (sweep.state === 'waiting') began.state = 'running'
    if (record.kind === 'sweep-progress') sweeps.set(sweep.id, { ...began, progress: record.progress })
    else {
      let full = 0
      for (const found of record.found) if (!take(began, found)) full++
      if (full > 0) deps.drop('proposals-full', full)
      const note = `the site has ${MAX_PROPOSALS} proposals already: what is new is left out; ignore or accept some`
      sweeps.set(sweep.id, full > 0 ? withNote(began, note) : began)
    }
  }
  if (changes.diagnosticResults.length > 0) {
    const ends = new Map(changes.diagnosticResults.map((result) => [result.command, result]))
    for (const unended of store.unended()) {
      const sweep = sweeps.get(unended.id) ?? unended
      const end = ends.get(sweep.command)
      const stop = ends.get(sweep.stopCommand ?? '')
      if (end) sweeps.set(sweep.id, ended(sweep, end))
      else if (stop && stop.state !== 'done') sweeps.set(sweep.id, unstopped(sweep, stop.error))
    }
  }
  for (const sweep of sweeps.values()) changes.discovery.push({ kind: 'sweep', sweep })
  for (const { proposal, sweep } of proposals.values()) changes.discovery.push({ kind: 'proposal', proposal, sweep })

  /** False: there is no room for one more. */
  function take(sweep: Sweep, found: Proposal['found']): boolean {
    const { site } = sweep
    const keys = keysOf(found)
    const touched = [...proposals.values()].map((one) => one.proposal).filter((p) => p.site === site)
    const candidates = [
      ...touched.filter((p) => keys.some((key) => p.keys.includes(key))),
      ...store.proposalsWith(site, keys).filter((p) => !proposals.has(p.id)),
    ]
    let index = devices.get(site)
    if (index === undefined) {
      index = deps.devicesOf(site)
      devices.set(site, index)
    }
    const newId = deps.newId()
    const finding = { site, agent: sweep.agent, sweep: sweep.id, found, now, newId }
    for (const proposal of propose(finding, candidates, index)) {
      const isOwn = proposal.lastSweep === sweep.id && proposal.lastSeen === now
      if (proposal.id === newId && store.proposalCount(site) + proposals.size >= MAX_PROPOSALS) return false
      proposals.set(proposal.id, { proposal, sweep: isOwn ? sweep.id : (proposals.get(proposal.id)?.sweep ?? null) })
    }
    return true
  }
}

function ended(sweep: Sweep, end: ChangeSet['diagnosticResults'][number]): Sweep {
  const endedAt = end.at
  if (end.state !== 'done') return { ...sweep, state: 'failed', endedAt, error: end.error }
  const result = SweepResult.safeParse(end.result)
  if (!result.success)
    return { ...sweep, state: 'failed', endedAt, error: 'the agent told its end in words of another version' }
  const { progress, stopped, notes } = result.data
  const told = [...sweep.notes, ...notes.filter((note) => !sweep.notes.includes(note))].slice(0, MAX_NOTES)
  const startedAt = sweep.startedAt ?? endedAt
  return { ...sweep, state: stopped ? 'stopped' : 'done', startedAt, endedAt, progress, notes: told, error: null }
}

function unstopped(sweep: Sweep, error: string | null): Sweep {
  const state = sweep.startedAt === null ? 'waiting' : 'running'
  return { ...withNote(sweep, `it could not be stopped: ${error ?? 'no reason told'}`), state, stopCommand: null }
}

function withNote(sweep: Sweep, note: string): Sweep {
  return sweep.notes.includes(note) ? sweep : { ...sweep, notes: [...sweep.notes, note].slice(0, MAX_NOTES) }
}

const MAX_NOTES = 64
