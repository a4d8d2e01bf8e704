// Neighbours as they were told last, links, and units with the log of their coming and going.
import type { Asset, Link } from '#shared/domain/topology.ts'
import type { Observation } from '../../topology/observations.ts'
import type { AssetEntry, TopologyStore } from '../../topology/topology-store.ts'
import type { ChangeWriter } from '../change-set.ts'
import type { Database } from './database.ts'

export function createTopologyStore(db: Database): TopologyStore & ChangeWriter {
  const putTable = db.prepare(
    `insert into neighbour_table (device, name, at, doc) values (?, ?, ?, ?)
     on conflict do update set at = excluded.at, doc = excluded.doc`,
  )
  const forget = db.prepare('delete from neighbour_table where device = ?')
  const putLink = db.prepare(
    `insert into link (id, site, doc) values (?, ?, ?)
     on conflict do update set site = excluded.site, doc = excluded.doc`,
  )
  const dropLink = db.prepare('delete from link where id = ?')
  const putAsset = db.prepare(
    'insert into asset (device, serial, doc) values (?, ?, ?) on conflict do update set doc = excluded.doc',
  )
  // a number that became known: the unit without one was this one
  const nameAsset = db.prepare("delete from asset where device = ? and serial = ''")
  const putEntry = db.prepare('insert into asset_entry (device, at, doc) values (?, ?, ?)')
  const docs = <T>(table: string, order = ''): T[] =>
    db
      .prepare(`select doc from ${table} ${order}`)
      .all()
      .map((row) => JSON.parse(row.doc as string) as T)
  return {
    write({ topology }) {
      for (const write of topology) {
        if (write.kind === 'link') {
          if (write.link === null) dropLink.run(write.id)
          else putLink.run(write.id, write.link.site, JSON.stringify(write.link))
        } else if (write.kind === 'forget') forget.run(write.device)
        else if (write.kind === 'observation') {
          const { device, table, at } = write.observation
          putTable.run(device, table, at, JSON.stringify(write.observation))
        } else if (write.kind === 'asset') {
          const { device, serial } = write.asset
          if (serial !== '') nameAsset.run(device)
          putAsset.run(device, serial, JSON.stringify(write.asset))
        } else putEntry.run(write.entry.device, write.entry.at, JSON.stringify(write.entry))
      }
    },
    read: () => ({
      observations: docs<Observation>('neighbour_table'),
      links: docs<Link>('link'),
      assets: docs<Asset>('asset'),
      entries: docs<AssetEntry>('asset_entry', 'order by at'),
    }),
  }
}
