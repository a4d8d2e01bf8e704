// up/identity and down/identity: a certificate renewed over the connection it serves. Who asks is known from the broker's
// check of the old certificate and the topic; the request proves that the asker holds the new key.
import { z } from 'zod'
import { AgentId } from '../domain/identity.ts'

/** PKCS#10 or certificate, PEM. */
const Pem = z
  .string()
  .min(64)
  .max(16 * 1024)

/** up/identity: asks for a certificate on a new key. Asked again after a minute without answer; one key, one certificate. */
export const RenewalRequest = z.object({
  version: z.int(),
  agent: AgentId,
  /** Signed by the new key. Its subject is ignored: the collector writes the name it knows. */
  csr: Pem,
})
export type RenewalRequest = z.infer<typeof RenewalRequest>

/** down/identity. The agent takes a certificate only when it is on its own new key and chains to an authority it trusts. */
export const RenewalAnswer = z.discriminatedUnion('kind', [
  z.object({
    version: z.int(),
    kind: z.literal('certificate'),
    certificate: Pem,
    /** Authorities to trust from now on, PEM, one after the other; the present ones among them. */
    ca: z
      .string()
      .min(64)
      .max(64 * 1024),
  }),
  z.object({ version: z.int(), kind: z.literal('refused'), reason: z.string().max(256) }),
])
export type RenewalAnswer = z.infer<typeof RenewalAnswer>
