import { z } from 'zod'

/** Where agents keep keys and communities (RFC 3414, 3415, 3584): never read remotely. */
const SECRET_SUBTREES = ['1.3.6.1.6.3.15', '1.3.6.1.6.3.16', '1.3.6.1.6.3.18']

/** Dotted numbers without a leading dot; not in, and not above, a subtree that holds secrets. */
export const ReadableOid = z
  .string()
  .max(256)
  .regex(/^[0-2](\.(0|[1-9][0-9]{0,9})){1,127}$/, 'an OID is numbers with dots')
  .refine((oid) => oid.split('.').every((arc) => Number(arc) <= 0xffffffff), 'an arc is at most 4294967295')
  .refine((oid) => !SECRET_SUBTREES.some((s) => within(oid, s) || within(s, oid)), 'this subtree is not read remotely')

function within(oid: string, subtree: string): boolean {
  return oid === subtree || oid.startsWith(`${subtree}.`)
}
