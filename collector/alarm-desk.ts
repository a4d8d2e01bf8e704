// The console's alarm list: the board in memory, actions on many, saved views. Wiring of API, judgement and store.
import type { Logger } from 'pino'
import { createAlarmBoard } from './alarm-board/alarm-board.ts'
import { createBulkJobs } from './alarm-board/bulk-jobs.ts'
import { createSavedViews, type ViewStore } from './alarm-board/saved-views.ts'
import { isListed } from './alarms/alarms.ts'
import type { AlarmDesk } from './api/alarm-desk.ts'
import type { Actions } from './api/deps.ts'
import { customerNames } from './api/live-names.ts'
import type { Judgement } from './evaluation.ts'
import type { Turns } from './ingest/evaluation.ts'
import { type ChangeSet, emptyChangeSet } from './storage/change-set.ts'

export interface AlarmDeskParts {
  readonly judgement: Pick<Judgement, 'alarms' | 'inventory' | 'incidents'>
  readonly ingest: { readonly turns: Turns<ChangeSet>; onCommitted(listener: (changes: ChangeSet) => void): void }
  readonly actions: Pick<Actions, 'alarmAction'>
  readonly alarmViews: ViewStore
  readonly now: () => number
  readonly log: Logger
}

export function createAlarmDesk({ judgement, ingest, actions, alarmViews, now, log }: AlarmDeskParts) {
  const { alarms, inventory, incidents } = judgement
  let madeOf: number | undefined
  /** Whose names it has. */
  let placesOf: readonly unknown[] = []
  const built = createAlarmBoard({
    names: {
      device: inventory.device,
      site: (id) => inventory.site(id)?.name,
      customer: customerNames(inventory.customers),
      incidentNumber: (id) => incidents.get(id)?.number,
    },
    isListed,
    newToken: () => crypto.randomUUID(),
  })
  /** Made anew when the judgement was read back; places have their new names only after these were committed. */
  const board = () => {
    const places = [inventory.customers(), inventory.sites()]
    if (madeOf !== alarms.generation()) built.reset(alarms.current())
    else if (places.some((list, i) => list !== placesOf[i])) built.renamed(undefined)
    madeOf = alarms.generation()
    placesOf = places
    return built
  }
  ingest.onCommitted((changes) => {
    // nobody has asked yet: all of it is read then
    if (madeOf !== alarms.generation()) return
    if (changes.devices.length > 0) built.renamed(changes.devices.map((device) => device.id))
    built.take(changes.alarms.map(({ alarm }) => alarm))
  })
  const jobs = createBulkJobs({
    act: ({ user, wish }, ids) => {
      const { action, note, until, owner, severity } = wish
      return actions.alarmAction(action, ids, { actor: user, note, until, owner, severity })
    },
    textOf: (id) => alarms.get(id)?.text ?? id,
    newId: () => crypto.randomUUID(),
    onFailure: (error) => log.error({ err: error }, 'an action on many alarms stopped'),
  })
  const views = createSavedViews({
    store: alarmViews,
    commit: (writes, audit) =>
      ingest.turns.run((at) => ({
        changes: { ...emptyChangeSet(), alarmViews: [...writes], audit: audit ? [{ at, ...audit }] : [] },
        value: undefined,
      })),
    newId: () => crypto.randomUUID(),
    now,
  })
  const desk: AlarmDesk = {
    get board() {
      return board()
    },
    jobs,
    views,
  }
  return { desk, stop: () => jobs.stop() }
}
