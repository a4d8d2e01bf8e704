// What the agent uses, seen from outside: the site's own file put together with the configuration kept of the collector.
import { join } from 'node:path'
import type { AgentConfig } from '../config/config.ts'
import { type SiteView, siteView } from '../config/site-view.ts'
import { openerOf, readIdentity } from '../identity/identity.ts'
import { lookAtConfig } from '../site-config/look.ts'
import { verifierOf } from '../site-config/verify-config.ts'

export interface StoredView {
  /** Version of the kept configuration, 0: none. */
  readonly version: number
  readonly view: SiteView
}

/** Changes nothing; may be asked beside a running agent. Never throws. */
export function storedView(own: AgentConfig): StoredView {
  const { id } = own.agent
  const identity = own.enrolled ? readIdentity(own.dataDir) : undefined
  const opener = identity?.kind === 'good' ? openerOf(identity.identity) : undefined
  const open = (box: string): string => {
    if (opener === undefined) throw new Error('there is no identity to open it with')
    return opener(box, id)
  }
  const kept = lookAtConfig(join(own.dataDir, 'site-config'), id, verifierOf(own.commandKey))
  return { version: kept?.configVersion ?? 0, view: siteView(own, kept, open) }
}
