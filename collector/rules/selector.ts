// Whether a rule is about a device and a resource. Compiled once per rule; asked when a series or device appears.
import type { Device } from '#shared/domain/inventory.ts'
import { globTest } from './glob.ts'
import type { Selector } from './rule.ts'

/** What rules may know about equipment; inventory answers. */
export interface Places {
  device(id: string): Device | undefined
  devices?(): Iterable<Device>
  /** Customer of a site, '' when unknown. */
  customerOf(site: string): string
  /** IANA zone of a site. */
  zoneOf?(site: string): string | undefined
}

export interface SelectorTest {
  /** `device` null: the site itself. */
  place(site: string, device: string | null): boolean
  resource(resource: string): boolean
  /** `kind`: class of a series, undefined for an event. */
  class(device: string | null, kind: string | undefined): boolean
}

export function compileSelector(selector: Selector, places: Places): SelectorTest {
  const { customers, sites, devices, profiles, classes, tags, resources, notResources } = selector
  const customerTest = customers && globTest(customers)
  const siteTest = sites && globTest(sites)
  const deviceTest = devices && globTest(devices)
  const classTest = classes && globTest(classes)
  const profileTest = profiles && globTest(profiles)
  const tagTests = tags && Object.entries(tags).map(([name, value]) => ({ name, test: globTest([value]) }))
  const resourceTest = resources && globTest(resources)
  const notResourceTest = notResources && globTest(notResources)
  return {
    place(site, device) {
      if (siteTest && !siteTest(site)) return false
      if (customerTest && !customerTest(places.customerOf(site))) return false
      if (deviceTest && !(device !== null && deviceTest(device))) return false
      if (!profileTest && !tagTests) return true
      const known = device === null ? undefined : places.device(device)
      if (!known) return false
      if (profileTest && !profileTest(known.profile ?? '')) return false
      return !tagTests || tagTests.every(({ name, test }) => known.tags[name] !== undefined && test(known.tags[name]))
    },
    resource: (resource) => (!resourceTest || resourceTest(resource)) && !notResourceTest?.(resource),
    class(device, kind) {
      if (!classTest) return true
      const own = device === null ? undefined : places.device(device)?.tags.class
      return (kind !== undefined && classTest(kind)) || (own !== undefined && classTest(own))
    },
  }
}

const WEIGHTS: Readonly<Record<keyof Selector, number>> = {
  ...{ devices: 64, resources: 32, notResources: 0, tags: 16, profiles: 8, classes: 8, sites: 4, customers: 2 },
}

/** How narrow a selector is: one device by its name before some by a pattern, then resources, tags, profiles and classes ... */
export function narrowness(selector: Selector): number {
  const keys = Object.keys(selector) as (keyof Selector)[]
  const selected = keys.reduce((sum, key) => sum + (selector[key] === undefined ? 0 : WEIGHTS[key]), 0)
  return selected + (selector.devices?.every((device) => !device.includes('*')) ? 64 : 0)
}
