// Customers and sites of both origins: those of collector.yaml, and those kept in the database. The file wins.
import type { Customer, Site } from '#shared/domain/inventory.ts'
import type { Origin } from '#shared/http/inventory.ts'
import type { SiteConfigStore } from './config-store.ts'

export interface Places {
  customers(): readonly Customer[]
  sites(): readonly Site[]
  customer(id: string): (Customer & { readonly origin: Origin }) | undefined
  site(id: string): (Site & { readonly origin: Origin }) | undefined
  /** Reads the database again: after each commit that changed a customer or a site. */
  reload(): void
}

export function createPlaces(
  file: { readonly customers: readonly Customer[]; readonly sites: readonly Site[] },
  store: Pick<SiteConfigStore, 'list'>,
): Places {
  let customers = new Map<string, Customer & { readonly origin: Origin }>()
  let sites = new Map<string, Site & { readonly origin: Origin }>()
  let lists: { readonly customers: readonly Customer[]; readonly sites: readonly Site[] }
  const reload = (): void => {
    customers = joined(
      file.customers,
      store.list<Customer>('customer', '').map((row) => row.doc),
    )
    sites = joined(
      file.sites,
      store.list<Site>('site', '').map((row) => row.doc),
    )
    lists = { customers: [...customers.values()], sites: [...sites.values()] }
  }
  reload()
  return {
    customers: () => lists.customers,
    sites: () => lists.sites,
    customer: (id) => customers.get(id),
    site: (id) => sites.get(id),
    reload,
  }
}

function joined<T extends { readonly id: string }>(file: readonly T[], kept: readonly T[]) {
  const out = new Map<string, T & { readonly origin: Origin }>()
  for (const one of kept) out.set(one.id, { ...one, origin: 'collector' })
  for (const one of file) out.set(one.id, { ...one, origin: 'file' })
  return out
}
