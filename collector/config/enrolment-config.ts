// Section `enrolment` of collector.yaml, and the ways to serve HTTPS.
import { z } from 'zod'
import { SecretValue } from '#shared/config/secret.ts'

/** Of the collector's own certificate. */
export const EnrolmentNames = z
  .array(z.string().regex(/^[A-Za-z0-9:._-]{1,253}$/, 'a DNS name or an IP address'))
  .max(64)

export const EnrolmentConfig = z
  .strictObject({
    names: EnrolmentNames.optional().describe(
      "Names and addresses sites reach the collector by, the best one first; they stand in its own certificate. Default: OUTRIDER_NAMES (with commas), or this machine's name and addresses",
    ),
    brokerUrl: z
      .url({ protocol: /^mqtts$/, error: 'an mqtts:// address: agents refuse a broker that is not reached over TLS' })
      .optional()
      .describe(
        'Where agents find the broker, e.g. mqtts://collector.example.net:8883. Default: the name they enrolled by',
      ),
    certificateDays: z
      .number()
      .min(1)
      .max(397)
      .default(30)
      .describe("Life of an agent's certificate; it is renewed long before"),
    sealKey: SecretValue.optional().describe(
      'What keys are sealed with at rest, 32 characters or more. Default: OUTRIDER_SEAL_KEY, or keys/seal.key in the data folder',
    ),
  })
  .prefault({})
  .describe('How agents get their identity')

export const TlsConfig = z
  .union([z.literal('own'), z.strictObject({ certFile: z.string().min(1), keyFile: z.string().min(1) })])
  .optional()
  .describe(
    'Serve HTTPS: with this certificate {certFile, keyFile}, or `own`: one by the own authority, renewed by itself',
  )
