// Alarms about our own reach, which no rule file describes: a site that cannot be heard, an agent that was cloned, records
// that were lost.
import type { IngestGroup } from '../ingest/evaluation.ts'
import type { PresenceTurn } from '../inventory/liveness.ts'
import type { LostRecords } from '../inventory/lost-records.ts'
import { IncidentPolicy } from './rule.ts'
import type { Places } from './selector.ts'
import type { AlarmSignal } from './signal.ts'

export const SITE_UNREACHABLE = 'site-unreachable'
export const AGENT_CLONED = 'agent-cloned'
export const RECORDS_LOST = 'agent-records-lost'
/** Raised by collector/cause: a cause that nobody watches. */
const COMMON_CAUSE = 'common-cause'

/** How long after their last sign these alarms stand; lost records also until somebody acknowledges them. */
export const OWN_MEMORY_MS: Readonly<Record<string, number>> = {
  [AGENT_CLONED]: 3_600_000,
  [RECORDS_LOST]: 24 * 3_600_000,
}

const POLICIES: Readonly<Record<string, IncidentPolicy>> = {
  [SITE_UNREACHABLE]: IncidentPolicy.parse({ open: true, impact: 'high', urgency: 'medium', reopenWithin: '5m' }),
  [AGENT_CLONED]: IncidentPolicy.parse({ open: true, impact: 'high', urgency: 'high' }),
  [RECORDS_LOST]: IncidentPolicy.parse({ open: false }),
  'channel-down': IncidentPolicy.parse({ open: true, impact: 'medium', urgency: 'high', reopenWithin: '5m' }),
  [COMMON_CAUSE]: IncidentPolicy.parse({ open: true, impact: 'high', urgency: 'high', reopenWithin: '5m' }),
}

const TEXTS = {
  en: {
    [SITE_UNREACHABLE]: (agent: string) => `Site unreachable: agent ${agent} is not heard; its devices are unknown`,
    [AGENT_CLONED]: (agent: string) =>
      `Agent ${agent} is refused: another speaks with its identity, or its data folder is an older copy`,
  },
  'zh-CN': {
    [SITE_UNREACHABLE]: (agent: string) => `站点失联：收不到代理 ${agent} 的消息，其设备状态未知`,
    [AGENT_CLONED]: (agent: string) => `代理 ${agent} 被拒绝：另有代理使用同一身份，或其数据目录是旧副本`,
  },
}

/** Incident policy of these alarms; undefined for rules of files and database. */
export function ownPolicy(rule: string): IncidentPolicy | undefined {
  return POLICIES[rule]
}

/** Whether an incident of this rule stays open while its alarm comes and goes: the message of each turn would help nobody. */
export const isUntilSteady = (rule: string): boolean => rule === SITE_UNREACHABLE

export function presenceSignals(
  turns: readonly PresenceTurn[],
  now: number,
  places: Places,
  language: 'zh-CN' | 'en',
): AlarmSignal[] {
  // who took an identity away knows that its agent is silent, and the alarm of a clone tells it
  const news = turns.filter((turn) => turn.because === null)
  return news.map(({ agent, site, presence, at }) => ({
    ...base(SITE_UNREACHABLE, agent, site, places, TEXTS[language][SITE_UNREACHABLE](agent)),
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
    const signal = {
      ...base(AGENT_CLONED, agent, site, places, TEXTS[language][AGENT_CLONED](agent)),
      kind: 'raise' as const,
      at: group.now,
    }
    return [{ ...signal, severity: 'critical' as const, alarmType: 'agent.cloned', inputs: { reason } }]
  })
}

/** One alarm per agent, lane and reason; its text carries all that was ever lost that way. */
export function lossSignals(
  lost: readonly LostRecords[],
  now: number,
  places: Places,
  language: 'zh-CN' | 'en',
): AlarmSignal[] {
  return lost.map((loss) => {
    const { agent, site, lane, reason, total } = loss
    return {
      ...base(RECORDS_LOST, agent, site, places, lossText(loss, language)),
      kind: 'raise',
      at: now,
      severity: 'minor',
      alarmType: 'agent.records-lost',
      qualifier: `${agent} ${lane} ${reason}`,
      inputs: { lane, reason, total },
    }
  })
}

function lossText({ agent, lane, reason, total }: LostRecords, language: 'zh-CN' | 'en'): string {
  const lanes = { event: '事件', telemetry: '测量', result: '结果', all: '' }
  if (language === 'zh-CN') {
    if (lane !== 'all') return `代理 ${agent} 累计丢失 ${total} 条${lanes[lane]}记录（${reason}）`
    return total > 0
      ? `代理 ${agent} 的发件箱重新开始，未发送的 ${total} 条记录已丢失`
      : `代理 ${agent} 的发件箱重新开始，未发送的记录可能已丢失`
  }
  if (lane !== 'all') return `Agent ${agent} lost ${total} ${lane} record${total === 1 ? '' : 's'} in all (${reason})`
  return total > 0
    ? `Agent ${agent} began a new outbox; ${total} records that it had not sent are lost`
    : `Agent ${agent} began a new outbox; what it had not sent may be lost`
}

function base(rule: string, agent: string, site: string, places: Places, text: string) {
  return {
    rule,
    agent,
    customer: places.customerOf(site),
    site,
    device: null,
    resource: '',
    qualifier: agent,
    text,
    source: 'liveness' as const,
    late: false,
  }
}
