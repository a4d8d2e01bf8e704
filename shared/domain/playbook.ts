// What the profile of a device wants asked of it when an alarm opens an incident: read-only actions by alarm type. It travels
// with the inventory, once for each profile of a list, and is asked by the collector as far as it knows the actions.
import { z } from 'zod'
import { Labels } from './series-meaning.ts'

export const MAX_PLAYBOOK_TYPES = 32
export const MAX_PLAYBOOK_STEPS = 4
/** Of all of a playbook as JSON; a record of the event lane has room for it and for the device. */
export const MAX_PLAYBOOK_CHARS = 16_000
/** Key of what is asked for alarm types that have no entry of their own. */
export const ANY_ALARM = '*'

/** `action` may be one that only a newer agent knows. */
export const PlaybookStep = z.object({
  action: z.string().max(32),
  arguments: z.record(z.string().max(32), z.unknown()),
  /** Instead of the action's own title. */
  title: Labels.optional(),
})
export type PlaybookStep = z.infer<typeof PlaybookStep>

/** Steps by alarm type, or ANY_ALARM. */
export const Playbook = z.record(z.string().max(128), z.array(PlaybookStep))
export type Playbook = z.infer<typeof Playbook>
