// The alarm of a cause that nobody sees fail. It is an alarm like others: an incident opens for it, what it causes joins that.
import type { AlarmSignal } from '../rules/signal.ts'
import type { Inferred } from './infer.ts'
import type { GraphNode } from './site-graph.ts'

/** Names the rule of these alarms; their qualifier is the node of the graph. */
export const COMMON_CAUSE = 'common-cause'

export function commonCauseSignal(
  kind: 'raise' | 'clear',
  id: string,
  { members, since, isPower }: Inferred,
  node: GraphNode | undefined,
  place: { readonly site: string; readonly customer: string; readonly at: number; readonly language: 'zh-CN' | 'en' },
): AlarmSignal {
  const { site, customer, at, language } = place
  return {
    ...{ kind, rule: COMMON_CAUSE, at, agent: null, customer, site, device: null },
    ...{ resource: node?.name ?? id, alarmType: 'site.common-cause', qualifier: id, severity: 'critical' },
    ...{ text: textOf(node, id, members.length, isPower, language), source: 'liveness', late: false },
    inputs: { node: id, kind: node?.kind ?? null, members: members.slice(0, 50), devices: members.length, since },
  }
}

function textOf(
  node: GraphNode | undefined,
  id: string,
  count: number,
  isPower: boolean,
  language: 'zh-CN' | 'en',
): string {
  const name = node?.name ?? id
  const isWatched = node?.kind === 'device'
  if (node?.kind === 'agent')
    return language === 'en'
      ? `The agent reaches none of ${count} devices: its own connection to them fails`
      : `代理无法访问全部 ${count} 台设备：其自身的网络连接故障`
  if (isPower)
    return language === 'en'
      ? `${count} devices fail at once; all are fed by ${name} alone`
      : `${count} 台设备同时失联，均仅由 ${name} 供电`
  if (language === 'en')
    return `${count} devices fail at once; all are behind ${name}, which ${isWatched ? 'answers itself' : 'is not watched itself'}`
  return `${count} 台设备同时失联，均位于 ${name} 之后（${isWatched ? '其自身有应答' : '未被监控'}）`
}
