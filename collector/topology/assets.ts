// Which unit stands in the place of a device, and which stood there before. A place keeps its history; its units come and go.
import type { Device } from '#shared/domain/inventory.ts'
import type { Asset } from '#shared/domain/topology.ts'
import type { AssetEntry, TopologyWrite, Unit } from './topology-store.ts'

export interface Assets {
  /**
   * Looks at what a device says of itself now; `members`: serial numbers of its chassis and stack members. Answers what is
   * to be written; an entry among it is something that happened.
   */
  take(device: Device, members: readonly string[], at: number): TopologyWrite[]
  /** Newest first. */
  of(device: string): readonly Asset[]
  log(device: string): readonly AssetEntry[]
  restore(assets: readonly Asset[], entries: readonly AssetEntry[]): void
}

/** A unit that comes back within this was never taken away: members of a stack speak by turns. */
const COMES_BACK_MS = 30 * 86_400_000
const MOST_UNITS = 50
const MOST_ENTRIES = 200
/** Firmware that says nothing where a serial number belongs. */
const NO_SERIAL =
  /^(0+|f+|x+|-+|n\/?a|none|null|unknown|default( string)?|to be filled.*|not (available|specified|applicable)|(system |chassis )?serial ?(number|no\.?)?|123456789(0|abc.*)?)$/i

export function createAssets(): Assets {
  const units = new Map<string, Asset[]>()
  const logs = new Map<string, AssetEntry[]>()

  function put(asset: Asset, writes: TopologyWrite[]): void {
    const others = (units.get(asset.device) ?? []).filter(({ serial }) => serial !== asset.serial)
    units.set(
      asset.device,
      [asset, ...others]
        .sort((a, b) => (b.until ?? Infinity) - (a.until ?? Infinity) || b.from - a.from)
        .slice(0, MOST_UNITS),
    )
    writes.push({ kind: 'asset', asset })
  }

  function note(entry: AssetEntry, writes: TopologyWrite[]): void {
    logs.set(entry.device, [entry, ...(logs.get(entry.device) ?? [])].slice(0, MOST_ENTRIES))
    writes.push({ kind: 'asset-entry', entry })
  }

  function another(now: Asset, serial: string, device: Device, members: readonly string[], at: number) {
    const writes: TopologyWrite[] = []
    const known = units.get(device.id)?.find((unit) => unit.serial === serial)
    const isBack = known !== undefined && at - (known.until ?? at) < COMES_BACK_MS
    const ofOne = members.includes(serial) && members.includes(now.serial)
    const alternates = isBack || ofOne
    const facts = factsOf(device, serial)
    put({ ...now, until: at, alternates: now.alternates || alternates }, writes)
    const from = alternates && known !== undefined ? known.from : at
    put({ ...facts, from, until: null, alternates }, writes)
    const quiet = alternates && known?.alternates === true
    const change = alternates ? 'alternated' : 'swapped'
    if (!quiet) note({ device: device.id, at, change, before: unitOf(now), after: unitOf(facts) }, writes)
    return writes
  }

  return {
    take(device, members, at) {
      const now = units.get(device.id)?.find(({ until }) => until === null)
      const said = (device.serial ?? '').trim()
      const serial = NO_SERIAL.test(said) ? '' : said
      const writes: TopologyWrite[] = []
      const facts = factsOf(device, serial === '' ? (now?.serial ?? '') : serial)
      if (now === undefined) {
        if (serial !== '' || device.version !== null || device.model !== null)
          put({ ...facts, from: at, until: null, alternates: false }, writes)
        return writes
      }
      if (serial !== '' && now.serial !== '' && serial !== now.serial) return another(now, serial, device, members, at)
      const next: Asset = {
        ...now,
        serial: facts.serial,
        vendor: facts.vendor ?? now.vendor,
        model: facts.model ?? now.model,
        version: facts.version ?? now.version,
      }
      if (JSON.stringify(next) === JSON.stringify(now)) return writes
      // the unit without a number has one now: it is the same
      if (next.serial !== now.serial)
        units.set(
          device.id,
          (units.get(device.id) ?? []).filter((unit) => unit !== now),
        )
      put(next, writes)
      if (now.version !== null && next.version !== now.version)
        note({ device: device.id, at, change: 'upgraded', before: unitOf(now), after: unitOf(next) }, writes)
      return writes
    },
    of: (device) => units.get(device) ?? [],
    log: (device) => logs.get(device) ?? [],
    restore(assets, entries) {
      units.clear()
      logs.clear()
      for (const asset of assets) put(asset, [])
      for (const entry of entries.toSorted((a, b) => a.at - b.at)) note(entry, [])
    },
  }
}

function factsOf({ id, vendor, model, version }: Device, serial: string) {
  return { device: id, serial, vendor, model, version }
}

function unitOf({ serial, model, version }: Pick<Asset, 'serial' | 'model' | 'version'>): Unit {
  return { serial: serial === '' ? null : serial, model, version }
}
