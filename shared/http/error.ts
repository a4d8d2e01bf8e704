// The one shape of every failure of the API.
import { z } from 'zod'

export const ERROR_CODES = [
  'bad-request',
  'unauthenticated',
  'forbidden',
  'not-found',
  'conflict',
  'too-large',
  'too-many-requests',
  'unavailable',
  'internal',
] as const
export const ErrorCode = z.enum(ERROR_CODES)
export type ErrorCode = z.infer<typeof ErrorCode>

export const ApiError = z.object({
  error: z.object({
    code: ErrorCode,
    /** Plain words for a person; never an internal detail. */
    message: z.string(),
    /** What the caller can do about it. */
    action: z.string().optional(),
    /** For bad-request: path and problem of each wrong field. */
    details: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  }),
})
export type ApiError = z.infer<typeof ApiError>
