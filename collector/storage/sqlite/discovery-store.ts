// Sweeps and proposals in SQLite: whole documents, beside what they are found by.
import type {
  DiscoveryStore,
  DiscoveryWrite,
  Proposal,
  ProposalCounts,
  Sweep,
} from '../../discovery/discovery-store.ts'
import type { ChangeWriter } from '../change-set.ts'
import type { Database } from './database.ts'
import { readCursor, writeCursor } from './reads/paging.ts'

/** Store of the discovery room on the collector's database; migrations must have run. `maxSweeps`: kept per site. */
export function createDiscoveryStore(db: Database, maxSweeps: number): DiscoveryStore & ChangeWriter {
  const putSweep = db.prepare(
    `insert into sweep (id, site, agent, requested_at, ended_at, doc) values (?, ?, ?, ?, ?, ?)
     on conflict (id) do update set ended_at = excluded.ended_at, doc = excluded.doc`,
  )
  const oldSweeps = db.prepare(
    `select id from sweep where site = ? and ended_at is not null order by requested_at desc, id desc limit -1 offset ?`,
  )
  const dropSweep = db.prepare('delete from sweep where id = ?')
  const dropSeen = db.prepare('delete from sweep_seen where sweep = ?')
  const oneSweep = db.prepare('select doc from sweep where id = ?')
  const unended = db.prepare('select doc from sweep where ended_at is null')
  const sweepPage = db.prepare(
    `select doc from sweep where site = ? and (requested_at, id) < (?, ?) order by requested_at desc, id desc limit ?`,
  )
  const putProposal = db.prepare(
    `insert into proposal (id, site, state, snmp, place, search, doc) values (?, ?, ?, ?, ?, ?, ?)
     on conflict (id) do update set state = excluded.state, snmp = excluded.snmp, place = excluded.place,
       search = excluded.search, doc = excluded.doc`,
  )
  const dropKeys = db.prepare('delete from proposal_key where proposal = ?')
  const putKey = db.prepare('insert or ignore into proposal_key (site, key, proposal) values (?, ?, ?)')
  const see = db.prepare('insert or ignore into sweep_seen (sweep, proposal) values (?, ?)')
  const oneProposal = db.prepare('select doc from proposal where site = ? and id = ?')
  const withKeys = db.prepare(
    `select distinct p.id, p.doc from proposal_key k join proposal p on p.id = k.proposal
     where k.site = ? and k.key in (select value from json_each(?))`,
  )
  const counted = db.prepare(
    'select p.state, count(*) as n from sweep_seen s join proposal p on p.id = s.proposal where s.sweep = ? group by p.state',
  )
  const count = db.prepare('select count(*) as n from proposal where site = ?')
  const proposalPage = db.prepare(
    `select place, id, doc from proposal p
     where site = ?1 and (place, id) > (?2, ?3)
       and (?4 is null or state in (select value from json_each(?4)))
       and (?5 is null or exists (select 1 from sweep_seen s where s.sweep = ?5 and s.proposal = p.id))
       and (?6 is null or snmp = ?6)
       and (?7 is null or instr(search, ?7) > 0)
     order by place, id limit ?8`,
  )

  function write(w: DiscoveryWrite): void {
    if (w.kind === 'sweep') {
      const { id, site, agent, requestedAt, endedAt } = w.sweep
      putSweep.run(id, site, agent, requestedAt, endedAt, JSON.stringify(w.sweep))
      if (endedAt === null) return
      for (const row of oldSweeps.all(site, maxSweeps)) {
        dropSeen.run(row.id as string)
        dropSweep.run(row.id as string)
      }
      return
    }
    const { proposal } = w
    const { id, site, state, found } = proposal
    const snmp = found.sysObjectId === null ? 0 : 1
    putProposal.run(id, site, state, snmp, placeOf(found.address), searchOf(proposal), JSON.stringify(proposal))
    dropKeys.run(id)
    for (const key of proposal.keys) putKey.run(site, key, id)
    if (w.sweep !== null) see.run(w.sweep, id)
  }

  return {
    write(changes) {
      for (const w of changes.discovery) write(w)
    },
    sweep: (id) => docOf<Sweep>(oneSweep.get(id)),
    sweeps(site, { limit, cursor }) {
      const [at, id] = readCursor(cursor, 2) ?? [Number.MAX_SAFE_INTEGER, '']
      const rows = sweepPage.all(site, at as number, id as string, limit + 1).map((row) => docOf<Sweep>(row) as Sweep)
      const items = rows.slice(0, limit)
      const last = items.at(-1)
      return { items, nextCursor: rows.length > limit && last ? writeCursor([last.requestedAt, last.id]) : null }
    },
    unended: () => unended.all().map((row) => docOf<Sweep>(row) as Sweep),
    counts(sweep) {
      const counts: ProposalCounts = { new: 0, known: 0, changed: 0, ignored: 0 }
      for (const row of counted.all(sweep)) counts[row.state as keyof ProposalCounts] = Number(row.n)
      return counts
    },
    proposal: (site, id) => docOf<Proposal>(oneProposal.get(site, id)),
    proposalsWith: (site, keys) =>
      withKeys.all(site, JSON.stringify(keys)).map((row) => docOf<Proposal>(row) as Proposal),
    proposals(site, { states, sweep, snmp, q, limit, cursor }) {
      const [place, id] = readCursor(cursor, 2) ?? ['', '']
      const asked = [
        ...[states ? JSON.stringify(states) : null, sweep ?? null, snmp === undefined ? null : Number(snmp)],
        ...[q ? q.toLowerCase() : null],
      ]
      const rows = proposalPage.all(site, place as string, id as string, ...asked, limit + 1)
      const items = rows.slice(0, limit)
      const last = items.at(-1)
      return {
        items: items.map((row) => docOf<Proposal>(row) as Proposal),
        nextCursor: rows.length > limit && last ? writeCursor([last.place as string, last.id as string]) : null,
      }
    },
    proposalCount: (site) => Number(count.get(site)?.n ?? 0),
  }
}

function docOf<T>(row: Record<string, unknown> | undefined): T | undefined {
  return row && (JSON.parse(row.doc as string) as T)
}

/** IPv4 before IPv6, each in the order of its numbers. */
function placeOf(address: string): string {
  if (!address.includes(':'))
    return `4${address
      .split('.')
      .map((part) => part.padStart(3, '0'))
      .join('.')}`
  const [head = '', tail = ''] = address.split('::')
  const front = head === '' ? [] : head.split(':')
  const back = tail === '' ? [] : tail.split(':')
  const middle = Array<string>(Math.max(0, 8 - front.length - back.length)).fill('0')
  return `6${[...front, ...middle, ...back].map((group) => group.padStart(4, '0')).join(':')}`
}

function searchOf({ addresses, found }: Proposal): string {
  const { sysName, vendor, model, serial, version, sysDescr } = found
  return [...addresses, sysName, vendor, model, serial, version, sysDescr].filter(Boolean).join('\n').toLowerCase()
}
