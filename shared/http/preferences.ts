// How somebody wants the console: kept with the account, so that it is the same on every machine.
import { z } from 'zod'
import { Language, Preferences } from './session.ts'

/** PATCH /api/v1/session: what is left out stays. */
export const UpdatePreferences = z.strictObject({
  language: Language.nullable().optional(),
  /** IANA zone; null: the browser's. */
  timeZone: z
    .string()
    .min(1)
    .max(64)
    .refine((zone) => isZone(zone), 'not an IANA time zone')
    .nullable()
    .optional(),
  theme: Preferences.shape.theme.optional(),
  palette: Preferences.shape.palette.optional(),
})
export type UpdatePreferences = z.infer<typeof UpdatePreferences>

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch {
    return false
  }
}
