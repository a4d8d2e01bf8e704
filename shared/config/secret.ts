// A value that must not be printed. It redacts itself wherever it is written: JSON, logs, template strings, inspection.
import { z } from 'zod'

export interface Secret {
  /** The value itself; call it only where it is used. */
  reveal(): string
}

/** Wraps a secret text. */
export function secretOf(value: string): Secret {
  const hidden = () => '[secret]'
  return Object.freeze({
    reveal: () => value,
    toJSON: hidden,
    toString: hidden,
    [Symbol.for('nodejs.util.inspect.custom')]: hidden,
  })
}

/**
 * Schema of a secret in a file: the text itself, `{fromEnv: NAME}` or `{fromFile: PATH}`. readConfig puts the referred
 * text in its place before the schema sees it, so that a missing variable is a problem with file and line.
 */
export const SecretValue = z
  .union([
    z.string().min(1).max(4096),
    z.strictObject({ fromEnv: z.string().min(1).describe('Name of an environment variable') }),
    z.strictObject({ fromFile: z.string().min(1).describe('File that holds the secret; a final newline is ignored') }),
  ])
  .transform((value) => secretOf(typeof value === 'string' ? value : ''))
