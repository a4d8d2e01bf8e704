// Which alarms may hold back and which may be held, by place: an inhibition and what is the same of both sides.
import type { Alarm } from '#shared/domain/alarm.ts'

/** An alarm that holds others back, or did. */
export interface Party {
  readonly id: string
  readonly alarmType: string
  readonly raisedAt: number
  readonly clearedAt: number | null
}

export interface Role {
  readonly place: string
  readonly isSource: boolean
  readonly isTarget: boolean
}

export interface InhibitionIndex {
  /** Takes what an alarm is now. Answers the alarms that this concerns: targets of a source that came or went. */
  put(alarm: Alarm, roles: readonly Role[]): string[]
  /** Places at which the alarm may be held. */
  targetPlaces(id: string): readonly string[]
  /** Those that stand before those that have ended, the oldest first. */
  sourcesAt(place: string): readonly Party[]
  /** Forgets what ended before; answers how many ended since. */
  endedSince(time: number): number
  clear(): void
}

interface Place {
  readonly sources: Map<string, Party>
  readonly targets: Set<string>
  /** In order; made when asked for. */
  order: readonly Party[] | undefined
}

export function createInhibitionIndex(): InhibitionIndex {
  const places = new Map<string, Place>()
  const rolesOf = new Map<string, readonly Role[]>()
  const ended = new Map<string, number>()

  function remove(id: string): void {
    for (const { place } of rolesOf.get(id) ?? []) {
      const at = places.get(place)
      if (at === undefined) continue
      at.sources.delete(id)
      at.targets.delete(id)
      at.order = undefined
      if (at.sources.size === 0 && at.targets.size === 0) places.delete(place)
    }
    rolesOf.delete(id)
    ended.delete(id)
  }

  return {
    put(alarm, roles) {
      const { id, alarmType, raisedAt, clearedAt, isCleared } = alarm
      const before = new Map<string, Party | undefined>()
      for (const { place, isSource } of rolesOf.get(id) ?? [])
        if (isSource) before.set(place, places.get(place)?.sources.get(id))
      remove(id)
      if (roles.length > 0) rolesOf.set(id, roles)
      const concerned: string[] = []
      for (const { place, isSource, isTarget } of roles) {
        const at = places.get(place) ?? { sources: new Map(), targets: new Set(), order: undefined }
        places.set(place, at)
        at.order = undefined
        if (isTarget) at.targets.add(id)
        if (isSource) at.sources.set(id, { id, alarmType, raisedAt, clearedAt: isCleared ? clearedAt : null })
        if (isSource && isCleared) ended.set(id, clearedAt ?? 0)
        const was = before.get(place)
        before.delete(place)
        const turned = isSource && (was === undefined || (was.clearedAt === null) === isCleared)
        if (turned) for (const target of at.targets) concerned.push(target)
      }
      for (const place of before.keys()) for (const target of places.get(place)?.targets ?? []) concerned.push(target)
      return concerned
    },
    targetPlaces: (id) => (rolesOf.get(id) ?? []).flatMap(({ place, isTarget }) => (isTarget ? [place] : [])),
    sourcesAt(place) {
      const at = places.get(place)
      if (at === undefined) return []
      at.order ??= [...at.sources.values()].sort(
        (a, b) =>
          Number(a.clearedAt !== null) - Number(b.clearedAt !== null) ||
          (b.clearedAt ?? 0) - (a.clearedAt ?? 0) ||
          a.raisedAt - b.raisedAt ||
          (a.id < b.id ? -1 : 1),
      )
      return at.order
    },
    endedSince(time) {
      for (const [id, at] of ended) if (at < time) remove(id)
      return ended.size
    },
    clear() {
      places.clear()
      rolesOf.clear()
      ended.clear()
    },
  }
}
