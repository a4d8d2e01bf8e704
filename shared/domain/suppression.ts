// Why a standing alarm opens nothing or tells nobody right now, and until when. Suppression never stops evaluation or clearing.
import { z } from 'zod'

/**
 * In the order in which the gates are asked; the first that holds decides. `history`: it happened in a backlog that is being
 * drained; `shadow`: its rule may not page yet; `shelved`: a person put it away; `maintenance`: a window; `probation`: what it
 * depends on has just come back and it was not checked since; `cause`: it is a symptom of another alarm; `inhibited`:
 * another alarm says the same.
 */
export const SUPPRESSED_BY = ['history', 'shadow', 'shelved', 'maintenance', 'probation', 'cause', 'inhibited'] as const
export const SuppressedBy = z.enum(SUPPRESSED_BY)
export type SuppressedBy = z.infer<typeof SuppressedBy>

export const Suppression = z.object({
  by: SuppressedBy,
  /** `people`: an incident may open, but no message goes out; `incident`: none opens for it. */
  holds: z.enum(['people', 'incident']),
  /** Id of what holds it: the window, the alarm that is its cause; null: nothing with an id. */
  ref: z.string().nullable(),
  /** One sentence for people, in English; the console says `by` in the reader's language. */
  why: z.string(),
  since: z.number(),
  /** ms UTC; null: until something happens, see `why`. */
  until: z.number().nullable(),
})
export type Suppression = z.infer<typeof Suppression>
