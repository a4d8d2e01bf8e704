// Customers and sites that people add. Those of collector.yaml can be read only: the file is the place to change them.
import type { Customer, Site } from '#shared/domain/inventory.ts'
import type { CustomerDraft, SiteChange, SiteDraft } from '#shared/http/site-config.ts'
import type { ManagedWrite } from './config-store.ts'
import { type BookDeps, type Decision, LIMITS, nothing, OK, type Refused, type Result, refused } from './result.ts'

export interface PlaceBook {
  addCustomer(draft: CustomerDraft, actor: string): Promise<Result>
  changeCustomer(id: string, change: { readonly name: string }, actor: string): Promise<Result>
  /** Only without sites. */
  removeCustomer(id: string, actor: string): Promise<Result>
  addSite(draft: SiteDraft, actor: string): Promise<Result>
  changeSite(id: string, change: SiteChange, actor: string): Promise<Result>
  /** Only without agents; what is kept for the site goes with it, history stays. */
  removeSite(id: string, actor: string): Promise<Result>
}

type Kind = 'customer' | 'site'

export function createPlaceBook({ store, places, agentsOf, commit }: BookDeps): PlaceBook {
  const change = (
    kind: Kind,
    id: string,
    doc: Customer | Site | null,
    actor: string,
    what: string,
  ): Decision<Result> => {
    const write: ManagedWrite = { kind, site: '', name: id, doc, by: actor }
    const detail = doc === null ? {} : { ...doc }
    return { writes: [write], audit: { actor, action: `${kind}.${what}`, subject: `${kind}:${id}`, detail }, value: OK }
  }
  const own = (kind: Kind, id: string): Refused | undefined => {
    const place = kind === 'customer' ? places.customer(id) : places.site(id)
    if (place === undefined) return refused('not-found', `there is no such ${kind}`)
    if (place.origin === 'file') return refused('conflict', `this ${kind} stands in collector.yaml: change it there`)
    return undefined
  }
  const full = (kind: Kind) => store.count(kind, '') >= LIMITS[`${kind}s`]

  return {
    addCustomer: ({ id, name }, actor) =>
      commit(() => {
        if (places.customer(id)) return nothing(refused('conflict', `there is a customer "${id}"`))
        if (full('customer')) return nothing(refused('conflict', `there are ${LIMITS.customers} customers already`))
        return change('customer', id, { id, name }, actor, 'add')
      }),
    changeCustomer: (id, { name }, actor) =>
      commit(() => {
        const no = own('customer', id)
        return no ? nothing<Result>(no) : change('customer', id, { id, name }, actor, 'change')
      }),
    removeCustomer: (id, actor) =>
      commit(() => {
        const no = own('customer', id)
        if (no) return nothing<Result>(no)
        if (places.sites().some((site) => site.customer === id))
          return nothing(refused('conflict', 'the customer has sites: remove them first'))
        return change('customer', id, null, actor, 'remove')
      }),
    addSite: (draft, actor) =>
      commit(() => {
        const { id, customer, timeZone } = draft
        if (places.site(id)) return nothing(refused('conflict', `there is a site "${id}"`))
        if (full('site')) return nothing(refused('conflict', `there are ${LIMITS.sites} sites already`))
        if (!places.customer(customer)) return nothing(wrong('customer', `no customer "${customer}"`))
        if (!isTimeZone(timeZone)) return nothing(wrong('timeZone', 'not an IANA time zone'))
        return change('site', id, draft, actor, 'add')
      }),
    changeSite: (id, { name, timeZone }, actor) =>
      commit(() => {
        const no = own('site', id)
        if (no) return nothing<Result>(no)
        const { origin: _, ...before } = places.site(id) as Site & { readonly origin: string }
        if (timeZone !== undefined && !isTimeZone(timeZone)) return nothing(wrong('timeZone', 'not an IANA time zone'))
        const next = { ...before, name: name ?? before.name, timeZone: timeZone ?? before.timeZone }
        return change('site', id, next, actor, 'change')
      }),
    removeSite: (id, actor) =>
      commit(() => {
        const no = own('site', id)
        if (no) return nothing<Result>(no)
        const agents = agentsOf(id)
        if (agents.length > 0)
          return nothing(
            refused('conflict', `the site has agents (${agents.slice(0, 3).join(', ')}): revoke them first`),
          )
        return change('site', id, null, actor, 'remove')
      }),
  }
}

export function isTimeZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch {
    return false
  }
}

const wrong = (path: string, message: string): Refused =>
  refused('bad-request', `${path}: ${message}`, [{ path, message }])
