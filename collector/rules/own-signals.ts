// Alarms about our own reach, which no rule file describes: a site that cannot be heard, an agent that was cloned.
import type { IngestGroup } from '../ingest/evaluation.ts'
import type { PresenceTurn } from '../inventory/liveness.ts'
import { IncidentPolicy } from './rule.ts'
import type { Places } from './selector.ts'
import type { AlarmSignal } from './signal.ts'

export const SITE_UNREACHABLE = 'site-unreachable'
export const AGENT_CLONED = 'agent-cloned'

/** How long after the last sign of a clone its alarm stands. */
export const CLONE_MEMORY_MS = 3_600_000

const POLICIES: Readonly<Record<string, IncidentPolicy>> = {
  [SITE_UNREACHABLE]: IncidentPolicy.parse({ open: true, impact: 'high', urgency: 'medium', reopenWithin: '5m' }),
  [AGENT_CLONED]: IncidentPolicy.parse({ open: true, impact: 'high', urgency: 'high' }),
}

const TEXTS = {
  en: {
    [SITE_UNREACHABLE]: (agent: string) => `Site unreachable: agent ${agent} is not heard; its devices are unknown`,
    [AGENT_CLONED]: (agent: string) => `Two agents speak as ${agent}; one of them is a copy`,
  },
  'zh-CN': {
    [SITE_UNREACHABLE]: (agent: string) => `站点失联：收不到代理 ${agent} 的消息，其设备状态未知`,
    [AGENT_CLONED]: (agent: string) => `有两个代理同时以 ${agent} 的身份发言，其中一个是副本`,
  },
}

/** Incident policy of these alarms; undefined for rules of files and database. */
export function ownPolicy(rule: string): IncidentPolicy | undefined {
  return POLICIES[rule]
}

export function presenceSignals(
  turns: readonly PresenceTurn[],
  now: number,
  places: Places,
  language: 'zh-CN' | 'en',
): AlarmSignal[] {
  return turns.map(({ agent, site, presence, at }) => ({
    ...base(SITE_UNREACHABLE, agent, site, places, language),
    kind: presence === 'unknown' ? 'raise' : 'clear',
    at: now,
    severity: 'major',
    alarmType: 'site.unreachable',
    inputs: { lastHeard: at },
  }))
}

export function cloneSignals(
  group: Pick<IngestGroup, 'forks' | 'now'>,
  siteOf: (agent: string) => string | undefined,
  places: Places,
  language: 'zh-CN' | 'en',
): AlarmSignal[] {
  return group.forks.flatMap(({ agent, reason }) => {
    const site = siteOf(agent)
    if (site === undefined) return []
    const signal = { ...base(AGENT_CLONED, agent, site, places, language), kind: 'raise' as const, at: group.now }
    return [{ ...signal, severity: 'critical' as const, alarmType: 'agent.cloned', inputs: { reason } }]
  })
}

function base(rule: keyof (typeof TEXTS)['en'], agent: string, site: string, places: Places, language: 'zh-CN' | 'en') {
  return {
    rule,
    agent,
    customer: places.customerOf(site),
    site,
    device: null,
    resource: '',
    qualifier: agent,
    text: TEXTS[language][rule](agent),
    source: 'liveness' as const,
    late: false,
  }
}
