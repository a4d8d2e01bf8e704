// up/config as an agent sent it: hostile until read.
import { ConfigReport } from '#shared/wire/site-config.ts'

const MAX_REPORT_BYTES = 256 * 1024
/** A higher version is not one of ours: what an agent says must not spoil the numbers. */
export const MOST_VERSION = 1e12

/** The report, or what is wrong with it. Never throws. */
export function readReport(agent: string, payload: Uint8Array): ConfigReport | string {
  if (payload.length > MAX_REPORT_BYTES) return `${payload.length} bytes`
  try {
    const parsed = ConfigReport.safeParse(JSON.parse(Buffer.from(payload).toString('utf8')))
    if (!parsed.success) return `${parsed.error.issues[0]?.path.join('.')}: ${parsed.error.issues[0]?.message}`
    if (parsed.data.configVersion > MOST_VERSION) return `version ${parsed.data.configVersion}`
    return parsed.data.agent === agent ? parsed.data : `is of ${parsed.data.agent}`
  } catch {
    return 'not JSON'
  }
}
