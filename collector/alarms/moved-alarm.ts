// A standing alarm turns out to be about a resource of another name: it goes on there and ends here.
import type { Alarm } from '#shared/domain/alarm.ts'
import type { AlarmChange } from './alarm-change.ts'

export interface AlarmPlace {
  readonly id: string
  readonly resource: string
  /** The alarm that has this identity already. */
  readonly there: Alarm | undefined
  /** It may open or join an incident. */
  readonly open: boolean
}

/** The changes in order: first it stands there, so that an incident never runs empty, then it is over here. */
export function movedAlarm(from: Alarm, place: AlarmPlace, now: number): AlarmChange[] {
  const { id, resource, there, open } = place
  const system = { at: now, actor: 'system', late: false }
  const changes: AlarmChange[] = []
  // a later word about the right name has ended it
  const over = there?.isCleared === true && (there.clearedAt ?? 0) >= from.lastAt
  if (!over) {
    const standing = there && !there.isCleared ? there : { ...from, id, resource }
    const alarm: Alarm = {
      ...standing,
      text: renamed(standing.text, nameOf(from.resource), nameOf(resource)),
      episode: (there?.episode ?? 0) + (standing === there ? 0 : 1),
      count: from.count + (there?.count ?? 0),
      firstAt: Math.min(from.firstAt, there?.firstAt ?? from.firstAt),
      raisedAt: Math.min(from.raisedAt, standing.raisedAt),
      lastAt: Math.max(from.lastAt, standing.lastAt),
    }
    const action = standing !== there && open ? 'raise' : 'update'
    changes.push({ ...system, alarm, action, note: `was ${from.resource}` })
  }
  const note = `is ${resource}`
  const gone: Alarm = {
    ...from,
    operatorState: 'closed',
    ackBy: 'system',
    ackAt: now,
    ackNote: note,
    ackUntil: null,
    shelvedUntil: null,
    isCleared: true,
    clearedAt: Math.max(now, from.raisedAt),
    flapping: false,
    suppression: null,
    unknownSince: null,
  }
  changes.push({ ...system, alarm: gone, action: 'clear', note })
  return changes
}

/** A name of one or two characters may be part of any word: the next poll writes the text anew. */
const renamed = (text: string, from: string, to: string): string => (from.length < 3 ? text : text.replaceAll(from, to))

/** Part of a resource's name that texts show. */
const nameOf = (resource: string): string => resource.slice(resource.indexOf(':') + 1)
