// Word goes out: channels, routes, the policy's settings and the sender, put together. Wiring.
import { join } from 'node:path'
import type { Logger } from 'pino'
import type { Incident } from '#shared/domain/incident.ts'
import { channelRows } from './api/channel-rows.ts'
import type { ApiDeps } from './api/deps.ts'
import type { LiveNames } from './api/live-feed.ts'
import { messageContext } from './api/live-names.ts'
import type { PeopleReads, Reads } from './api/reads.ts'
import { ChannelConfig } from './config/channel-config.ts'
import type { CollectorConfig } from './config/config.ts'
import type { Judgement } from './evaluation.ts'
import type { Turns } from './ingest/evaluation.ts'
import type { NotifyBookStore } from './notify/book-store.ts'
import { channelHealth } from './notify/channel-health.ts'
import type { NotificationOutbox } from './notify/notification-outbox.ts'
import { createNotify, type Notify } from './notify/notify.ts'
import { createNotifyBook } from './notify/notify-book.ts'
import type { NotificationSettings } from './notify/policy/policy.ts'
import { tryRoutes } from './notify/policy/routing.ts'
import { createChannels } from './notify/registry.ts'
import { openVault } from './site-config/vault.ts'
import { type ChangeSet, emptyChangeSet } from './storage/change-set.ts'

export interface NotifyDesk {
  readonly notify: Notify
  /** For the judgement. */
  readonly settings: NotificationSettings
  /** For the API. */
  readonly channels: ApiDeps['channels']
  readonly routes: ApiDeps['notificationRoutes']
  /** Every second: sends what is due; now and then looks whether channels get through. */
  tick(): Promise<void>
}

export interface NotifyDeskParts {
  readonly config: Pick<CollectorConfig, 'notify' | 'http' | 'language'>
  readonly outbox: NotificationOutbox
  readonly store: NotifyBookStore
  /** Data folder: the key of the secrets is there. */
  readonly dir: string
  readonly reads: Pick<Reads, 'evidence'> & Pick<PeopleReads, 'channelFigures'>
  readonly names: () => LiveNames
  readonly judgement: () => Judgement
  readonly turns: () => Turns<ChangeSet>
  readonly now: () => number
  readonly log: Logger
}

/** So often it is looked whether channels get through, in seconds. */
const LOOK_EVERY = 15

export function createNotifyDesk(parts: NotifyDeskParts): NotifyDesk {
  const { config, reads, now, log, judgement } = parts
  const book = createNotifyBook({
    ...{ store: parts.store, file: config.notify, box: openVault(join(parts.dir, 'credential-key.pem')), parse },
    commit: (work) =>
      parts.turns().run((at) => {
        const { writes, audit, value } = work()
        const changes = emptyChangeSet()
        changes.notifyBook.push(...writes)
        if (audit) changes.audit.push({ at, ...audit })
        return { changes, value }
      }),
    changed: () => notify.setChannels(built()),
    unreadable: (id, problem) => log.error({ id, problem }, 'a channel or route cannot be used'),
  })
  const built = () => createChannels(book.channels().map((c) => c.config))
  const notify = createNotify({
    ...{ outbox: parts.outbox, channels: built(), now, random: Math.random, log },
    context: async ({ incident, data }) => {
      const evidence = incident === null ? [] : await reads.evidence({ incident })
      return messageContext(parts.names(), config.http.publicUrl, incident, data, evidence)
    },
  })
  const health = channelHealth(config.language)
  let seconds = 0

  /** Channels that do not get through are an alarm, which others tell. */
  async function look(): Promise<void> {
    const signals = health(await reads.channelFigures(), notify.channels(), now())
    if (signals.length > 0) await parts.turns().run((at) => judgement().own(signals, at))
  }

  return {
    notify,
    settings: { channels: notify.channels, routes: book.routes, storm: () => config.notify.storm },
    channels: {
      async list() {
        const kept = new Map(book.channels().map((c) => [c.config.id, c.kept]))
        const listed = notify.channels().map((c) => ({ ...c, kept: kept.get(c.id) }))
        return channelRows(listed, await reads.channelFigures())
      },
      test: (id) => notify.test(id),
      save: book.saveChannel,
      remove: book.removeChannel,
    },
    routes: {
      list: book.routeRows,
      save: book.saveRoute,
      remove: book.removeRoute,
      try(id, at) {
        const { alarms, incidents, inventory } = judgement()
        const alarm = alarms.get(id)
        if (!alarm) return undefined
        const world = {
          ...{ routes: book.routes, channels: notify.channels, device: inventory.device },
          zoneOf: (site: string) => inventory.site(site)?.timeZone,
        }
        const incident = alarm.incident === null ? undefined : incidents.get(alarm.incident)
        const { customer, site, device } = alarm
        return tryRoutes(world, incident ?? ({ customer, site, device, priority: 3 } as Incident), alarm, at ?? now())
      },
    },
    async tick() {
      notify.kick()
      if (++seconds % LOOK_EVERY === 0) await look()
    },
  }
}

function parse(doc: Readonly<Record<string, unknown>>) {
  const parsed = ChannelConfig.safeParse(doc)
  if (parsed.success) return { config: parsed.data }
  return { problems: parsed.error.issues.map((i) => ({ path: i.path.join('.'), message: i.message })) }
}
